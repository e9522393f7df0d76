//! Numbers of traffic control.

numbers! {
    /// Attributes of a queueing discipline or a filter (`linux/rtnetlink.h`).
    TC_ATTRIBUTES: u16 {
        TCA_KIND = 1, TCA_OPTIONS = 2, TCA_STATS = 3, TCA_XSTATS = 4, TCA_RATE = 5, TCA_FCNT = 6,
        TCA_STATS2 = 7, TCA_STAB = 8, TCA_PAD = 9, TCA_DUMP_INVISIBLE = 10, TCA_CHAIN = 11,
        TCA_HW_OFFLOAD = 12, TCA_INGRESS_BLOCK = 13, TCA_EGRESS_BLOCK = 14, TCA_DUMP_FLAGS = 15,
        TCA_EXT_WARN_MSG = 16,
    }
}

numbers! {
    /// Places in the tree of queueing disciplines (`linux/pkt_sched.h`).
    TC_PARENTS: u32 {
        TC_H_UNSPEC = 0, TC_H_ROOT = 0xffff_ffff, TC_H_INGRESS = 0xffff_fff1,
        TC_H_CLSACT_INGRESS = 0xffff_fff2, TC_H_CLSACT_EGRESS = 0xffff_fff3,
    }
}

numbers! {
    /// Attributes in a tbf's `TCA_OPTIONS` (`linux/pkt_sched.h`).
    TBF_ATTRIBUTES: u16 {
        TCA_TBF_PARMS = 1, TCA_TBF_RTAB = 2, TCA_TBF_PTAB = 3, TCA_TBF_RATE64 = 4, TCA_TBF_PRATE64 = 5,
        TCA_TBF_BURST = 6, TCA_TBF_PBURST = 7,
    }
}

numbers! {
    /// Attributes in a matchall's `TCA_OPTIONS` (`linux/pkt_cls.h`).
    MATCHALL_ATTRIBUTES: u16 {
        TCA_MATCHALL_CLASSID = 1, TCA_MATCHALL_ACT = 2, TCA_MATCHALL_FLAGS = 3, TCA_MATCHALL_PCNT = 4,
    }
}

numbers! {
    /// Attributes in a u32's `TCA_OPTIONS` (`linux/pkt_cls.h`).
    U32_ATTRIBUTES: u16 {
        TCA_U32_CLASSID = 1, TCA_U32_HASH = 2, TCA_U32_LINK = 3, TCA_U32_DIVISOR = 4, TCA_U32_SEL = 5,
        TCA_U32_POLICE = 6, TCA_U32_ACT = 7, TCA_U32_INDEV = 8, TCA_U32_PCNT = 9, TCA_U32_MARK = 10,
        TCA_U32_FLAGS = 11,
    }
}

numbers! {
    /// Attributes of an action (`linux/pkt_cls.h`).
    ACTION_ATTRIBUTES: u16 {
        TCA_ACT_KIND = 1, TCA_ACT_OPTIONS = 2, TCA_ACT_INDEX = 3, TCA_ACT_STATS = 4, TCA_ACT_COOKIE = 6,
        TCA_ACT_FLAGS = 7, TCA_ACT_HW_STATS = 8, TCA_ACT_USED_HW_STATS = 9, TCA_ACT_IN_HW_COUNT = 10,
    }
}

numbers! {
    /// Attributes in a mirred's `TCA_ACT_OPTIONS` (`linux/tc_act/tc_mirred.h`).
    MIRRED_ATTRIBUTES: u16 {
        TCA_MIRRED_TM = 1, TCA_MIRRED_PARMS = 2, TCA_MIRRED_BLOCKID = 4,
    }
}

numbers! {
    /// What a mirred does (`linux/tc_act/tc_mirred.h`).
    MIRRED_ACTIONS: u32 {
        TCA_EGRESS_REDIR = 1, TCA_EGRESS_MIRROR = 2, TCA_INGRESS_REDIR = 3, TCA_INGRESS_MIRROR = 4,
    }
}

numbers! {
    /// Attributes in a police's `TCA_ACT_OPTIONS` (`linux/pkt_cls.h`).
    POLICE_ATTRIBUTES: u16 {
        TCA_POLICE_TBF = 1, TCA_POLICE_RATE = 2, TCA_POLICE_PEAKRATE = 3, TCA_POLICE_AVRATE = 4,
        TCA_POLICE_RESULT = 5, TCA_POLICE_TM = 6, TCA_POLICE_RATE64 = 8, TCA_POLICE_PEAKRATE64 = 9,
        TCA_POLICE_PKTRATE64 = 10, TCA_POLICE_PKTBURST64 = 11,
    }
}

numbers! {
    /// What becomes of a packet after an action (`linux/pkt_cls.h`).
    VERDICTS: u32 {
        TC_ACT_OK = 0, TC_ACT_RECLASSIFY = 1, TC_ACT_SHOT = 2, TC_ACT_PIPE = 3, TC_ACT_STOLEN = 4,
        TC_ACT_QUEUED = 5, TC_ACT_REPEAT = 6, TC_ACT_REDIRECT = 7, TC_ACT_TRAP = 8,
        TC_ACT_UNSPEC = 0xffff_ffff,
    }
}
