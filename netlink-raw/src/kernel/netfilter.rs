//! Numbers of nfnetlink and nf_tables. Message types have their subsystem in them, as they are sent.

numbers! {
    /// Message types of NETLINK_NETFILTER: `NFNL_SUBSYS_NFTABLES` and `NFNL_SUBSYS_CTNETLINK` in the upper byte
    /// (`linux/netfilter/nfnetlink.h`, `nf_tables.h`, `nfnetlink_conntrack.h`).
    NETFILTER_MESSAGES: u16 {
        NFNL_MSG_BATCH_BEGIN = 0x10, NFNL_MSG_BATCH_END = 0x11,
        IPCTNL_MSG_CT_NEW = 0x100, IPCTNL_MSG_CT_GET = 0x101, IPCTNL_MSG_CT_DELETE = 0x102,
        NFT_MSG_NEWTABLE = 0xa00, NFT_MSG_GETTABLE = 0xa01, NFT_MSG_DELTABLE = 0xa02,
        NFT_MSG_NEWCHAIN = 0xa03, NFT_MSG_GETCHAIN = 0xa04, NFT_MSG_DELCHAIN = 0xa05,
        NFT_MSG_NEWRULE = 0xa06, NFT_MSG_GETRULE = 0xa07, NFT_MSG_DELRULE = 0xa08,
        NFT_MSG_NEWSET = 0xa09, NFT_MSG_GETSET = 0xa0a, NFT_MSG_DELSET = 0xa0b,
        NFT_MSG_NEWSETELEM = 0xa0c, NFT_MSG_GETSETELEM = 0xa0d, NFT_MSG_DELSETELEM = 0xa0e,
        NFT_MSG_NEWGEN = 0xa0f, NFT_MSG_GETGEN = 0xa10, NFT_MSG_TRACE = 0xa11,
        NFT_MSG_NEWOBJ = 0xa12, NFT_MSG_GETOBJ = 0xa13, NFT_MSG_DELOBJ = 0xa14, NFT_MSG_GETOBJ_RESET = 0xa15,
        NFT_MSG_NEWFLOWTABLE = 0xa16, NFT_MSG_GETFLOWTABLE = 0xa17, NFT_MSG_DELFLOWTABLE = 0xa18,
        NFT_MSG_GETRULE_RESET = 0xa19, NFT_MSG_DESTROYTABLE = 0xa1a, NFT_MSG_DESTROYCHAIN = 0xa1b,
        NFT_MSG_DESTROYRULE = 0xa1c, NFT_MSG_DESTROYSET = 0xa1d, NFT_MSG_DESTROYSETELEM = 0xa1e,
        NFT_MSG_DESTROYOBJ = 0xa1f, NFT_MSG_DESTROYFLOWTABLE = 0xa20, NFT_MSG_GETSETELEM_RESET = 0xa21,
    }
}

numbers! {
    /// Address families of netfilter (`linux/netfilter.h`).
    NETFILTER_FAMILIES: u8 {
        NFPROTO_UNSPEC = 0, NFPROTO_INET = 1, NFPROTO_IPV4 = 2, NFPROTO_ARP = 3, NFPROTO_NETDEV = 5,
        NFPROTO_BRIDGE = 7, NFPROTO_IPV6 = 10,
    }
}

numbers! {
    /// Hooks of the families ip, ip6 and inet (`linux/netfilter.h`).
    HOOKS: u32 {
        NF_INET_PRE_ROUTING = 0, NF_INET_LOCAL_IN = 1, NF_INET_FORWARD = 2, NF_INET_LOCAL_OUT = 3,
        NF_INET_POST_ROUTING = 4, NF_INET_INGRESS = 5,
    }
}

numbers! {
    /// Attributes of the mark that begins a transaction (`linux/netfilter/nfnetlink.h`).
    BATCH_ATTRIBUTES: u16 {
        NFNL_BATCH_GENID = 1,
    }
}

numbers! {
    /// Attributes of a generation.
    NFT_GENERATION_ATTRIBUTES: u16 {
        NFTA_GEN_ID = 1, NFTA_GEN_PROC_PID = 2, NFTA_GEN_PROC_NAME = 3,
    }
}

numbers! {
    /// Attributes of a table.
    NFT_TABLE_ATTRIBUTES: u16 {
        NFTA_TABLE_NAME = 1, NFTA_TABLE_FLAGS = 2, NFTA_TABLE_USE = 3, NFTA_TABLE_HANDLE = 4,
        NFTA_TABLE_USERDATA = 6, NFTA_TABLE_OWNER = 7,
    }
}

numbers! {
    /// Attributes of a chain.
    NFT_CHAIN_ATTRIBUTES: u16 {
        NFTA_CHAIN_TABLE = 1, NFTA_CHAIN_HANDLE = 2, NFTA_CHAIN_NAME = 3, NFTA_CHAIN_HOOK = 4,
        NFTA_CHAIN_POLICY = 5, NFTA_CHAIN_USE = 6, NFTA_CHAIN_TYPE = 7, NFTA_CHAIN_COUNTERS = 8,
        NFTA_CHAIN_FLAGS = 10, NFTA_CHAIN_ID = 11, NFTA_CHAIN_USERDATA = 12,
    }
}

numbers! {
    /// Attributes in `NFTA_CHAIN_HOOK`.
    NFT_HOOK_ATTRIBUTES: u16 {
        NFTA_HOOK_HOOKNUM = 1, NFTA_HOOK_PRIORITY = 2, NFTA_HOOK_DEV = 3, NFTA_HOOK_DEVS = 4,
    }
}

numbers! {
    /// Attributes of a rule.
    NFT_RULE_ATTRIBUTES: u16 {
        NFTA_RULE_TABLE = 1, NFTA_RULE_CHAIN = 2, NFTA_RULE_HANDLE = 3, NFTA_RULE_EXPRESSIONS = 4,
        NFTA_RULE_COMPAT = 5, NFTA_RULE_POSITION = 6, NFTA_RULE_USERDATA = 7, NFTA_RULE_ID = 9,
        NFTA_RULE_POSITION_ID = 10, NFTA_RULE_CHAIN_ID = 11,
    }
}

numbers! {
    /// Attributes of a set or map.
    NFT_SET_ATTRIBUTES: u16 {
        NFTA_SET_TABLE = 1, NFTA_SET_NAME = 2, NFTA_SET_FLAGS = 3, NFTA_SET_KEY_TYPE = 4,
        NFTA_SET_KEY_LEN = 5, NFTA_SET_DATA_TYPE = 6, NFTA_SET_DATA_LEN = 7, NFTA_SET_POLICY = 8,
        NFTA_SET_DESC = 9, NFTA_SET_ID = 10, NFTA_SET_TIMEOUT = 11, NFTA_SET_GC_INTERVAL = 12,
        NFTA_SET_USERDATA = 13, NFTA_SET_OBJ_TYPE = 15, NFTA_SET_HANDLE = 16, NFTA_SET_EXPR = 17,
        NFTA_SET_EXPRESSIONS = 18, NFTA_SET_TYPE = 19, NFTA_SET_COUNT = 20,
    }
}

numbers! {
    /// Flags of a set (`NFTA_SET_FLAGS`).
    NFT_SET_FLAGS: u32 {
        NFT_SET_ANONYMOUS = 0x1, NFT_SET_CONSTANT = 0x2, NFT_SET_INTERVAL = 0x4, NFT_SET_MAP = 0x8,
        NFT_SET_TIMEOUT = 0x10, NFT_SET_EVAL = 0x20, NFT_SET_OBJECT = 0x40, NFT_SET_CONCAT = 0x80,
        NFT_SET_EXPR = 0x100,
    }
}

numbers! {
    /// Attributes of a list of elements.
    NFT_LIST_ATTRIBUTES: u16 {
        NFTA_SET_ELEM_LIST_TABLE = 1, NFTA_SET_ELEM_LIST_SET = 2, NFTA_SET_ELEM_LIST_ELEMENTS = 3,
        NFTA_SET_ELEM_LIST_SET_ID = 4,
    }
}

numbers! {
    /// Attributes of an element.
    NFT_ELEMENT_ATTRIBUTES: u16 {
        NFTA_SET_ELEM_KEY = 1, NFTA_SET_ELEM_DATA = 2, NFTA_SET_ELEM_FLAGS = 3, NFTA_SET_ELEM_TIMEOUT = 4,
        NFTA_SET_ELEM_EXPIRATION = 5, NFTA_SET_ELEM_USERDATA = 6, NFTA_SET_ELEM_EXPR = 7,
        NFTA_SET_ELEM_OBJREF = 9, NFTA_SET_ELEM_KEY_END = 10, NFTA_SET_ELEM_EXPRESSIONS = 11,
    }
}

numbers! {
    /// Flags of an element (`NFTA_SET_ELEM_FLAGS`).
    NFT_ELEMENT_FLAGS: u32 {
        NFT_SET_ELEM_INTERVAL_END = 0x1, NFT_SET_ELEM_CATCHALL = 0x2,
    }
}

numbers! {
    /// Attributes of a value or verdict.
    NFT_DATA_ATTRIBUTES: u16 {
        NFTA_DATA_VALUE = 1, NFTA_DATA_VERDICT = 2,
    }
}

numbers! {
    /// Attributes in `NFTA_DATA_VERDICT`.
    NFT_VERDICT_ATTRIBUTES: u16 {
        NFTA_VERDICT_CODE = 1, NFTA_VERDICT_CHAIN = 2, NFTA_VERDICT_CHAIN_ID = 3,
    }
}

numbers! {
    /// Members of lists (`NFTA_RULE_EXPRESSIONS`).
    NFT_MEMBER_ATTRIBUTES: u16 {
        NFTA_LIST_ELEM = 1,
    }
}

numbers! {
    /// Attributes of an expression.
    NFT_EXPRESSION_ATTRIBUTES: u16 {
        NFTA_EXPR_NAME = 1, NFTA_EXPR_DATA = 2,
    }
}

numbers! {
    /// Attributes of the expression meta.
    NFT_META_ATTRIBUTES: u16 {
        NFTA_META_DREG = 1, NFTA_META_KEY = 2, NFTA_META_SREG = 3,
    }
}

numbers! {
    /// What the expression meta loads.
    NFT_META_KEYS: u32 {
        NFT_META_LEN = 0, NFT_META_PROTOCOL = 1, NFT_META_PRIORITY = 2, NFT_META_MARK = 3, NFT_META_IIF = 4,
        NFT_META_OIF = 5, NFT_META_IIFNAME = 6, NFT_META_OIFNAME = 7, NFT_META_IIFTYPE = 8,
        NFT_META_OIFTYPE = 9, NFT_META_SKUID = 10, NFT_META_SKGID = 11, NFT_META_NFTRACE = 12,
        NFT_META_RTCLASSID = 13, NFT_META_SECMARK = 14, NFT_META_NFPROTO = 15, NFT_META_L4PROTO = 16,
        NFT_META_BRI_IIFNAME = 17, NFT_META_BRI_OIFNAME = 18, NFT_META_PKTTYPE = 19, NFT_META_CPU = 20,
        NFT_META_IIFGROUP = 21, NFT_META_OIFGROUP = 22, NFT_META_CGROUP = 23, NFT_META_PRANDOM = 24,
        NFT_META_SECPATH = 25, NFT_META_IIFKIND = 26, NFT_META_OIFKIND = 27, NFT_META_BRI_IIFPVID = 28,
        NFT_META_BRI_IIFVPROTO = 29, NFT_META_TIME_NS = 30, NFT_META_TIME_DAY = 31, NFT_META_TIME_HOUR = 32,
        NFT_META_SDIF = 33, NFT_META_SDIFNAME = 34, NFT_META_BRI_BROUTE = 35,
    }
}

numbers! {
    /// Attributes of the expression payload.
    NFT_PAYLOAD_ATTRIBUTES: u16 {
        NFTA_PAYLOAD_DREG = 1, NFTA_PAYLOAD_BASE = 2, NFTA_PAYLOAD_OFFSET = 3, NFTA_PAYLOAD_LEN = 4,
        NFTA_PAYLOAD_SREG = 5, NFTA_PAYLOAD_CSUM_TYPE = 6, NFTA_PAYLOAD_CSUM_OFFSET = 7,
        NFTA_PAYLOAD_CSUM_FLAGS = 8,
    }
}

numbers! {
    /// From where the expression payload counts.
    NFT_PAYLOAD_BASES: u32 {
        NFT_PAYLOAD_LL_HEADER = 0, NFT_PAYLOAD_NETWORK_HEADER = 1, NFT_PAYLOAD_TRANSPORT_HEADER = 2,
    }
}

numbers! {
    /// Attributes of the expression cmp.
    NFT_CMP_ATTRIBUTES: u16 {
        NFTA_CMP_SREG = 1, NFTA_CMP_OP = 2, NFTA_CMP_DATA = 3,
    }
}

numbers! {
    /// How the expression cmp compares.
    NFT_CMP_OPERATORS: u32 {
        NFT_CMP_EQ = 0, NFT_CMP_NEQ = 1, NFT_CMP_LT = 2, NFT_CMP_LTE = 3, NFT_CMP_GT = 4, NFT_CMP_GTE = 5,
    }
}

numbers! {
    /// Attributes of the expression lookup.
    NFT_LOOKUP_ATTRIBUTES: u16 {
        NFTA_LOOKUP_SET = 1, NFTA_LOOKUP_SREG = 2, NFTA_LOOKUP_DREG = 3, NFTA_LOOKUP_SET_ID = 4,
        NFTA_LOOKUP_FLAGS = 5,
    }
}

numbers! {
    /// Flags of the expression lookup.
    NFT_LOOKUP_FLAGS: u32 {
        NFT_LOOKUP_F_INV = 0x1,
    }
}

numbers! {
    /// Attributes of the expression fib.
    NFT_FIB_ATTRIBUTES: u16 {
        NFTA_FIB_DREG = 1, NFTA_FIB_RESULT = 2, NFTA_FIB_FLAGS = 3,
    }
}

numbers! {
    /// What the expression fib looks up.
    NFT_FIB_FLAGS: u32 {
        NFTA_FIB_F_SADDR = 0x1, NFTA_FIB_F_DADDR = 0x2, NFTA_FIB_F_MARK = 0x4, NFTA_FIB_F_IIF = 0x8,
        NFTA_FIB_F_OIF = 0x10, NFTA_FIB_F_PRESENT = 0x20,
    }
}

numbers! {
    /// What the expression fib gives.
    NFT_FIB_RESULTS: u32 {
        NFT_FIB_RESULT_OIF = 1, NFT_FIB_RESULT_OIFNAME = 2, NFT_FIB_RESULT_ADDRTYPE = 3,
    }
}

numbers! {
    /// Attributes of the expression ct.
    NFT_CT_ATTRIBUTES: u16 {
        NFTA_CT_DREG = 1, NFTA_CT_KEY = 2, NFTA_CT_DIRECTION = 3, NFTA_CT_SREG = 4,
    }
}

numbers! {
    /// What the expression ct loads.
    NFT_CT_KEYS: u32 {
        NFT_CT_STATE = 0, NFT_CT_DIRECTION = 1, NFT_CT_STATUS = 2, NFT_CT_MARK = 3, NFT_CT_SECMARK = 4,
        NFT_CT_EXPIRATION = 5, NFT_CT_HELPER = 6, NFT_CT_L3PROTOCOL = 7, NFT_CT_SRC = 8, NFT_CT_DST = 9, NFT_CT_PROTOCOL = 10, NFT_CT_PROTO_SRC = 11,
        NFT_CT_PROTO_DST = 12, NFT_CT_LABELS = 13, NFT_CT_PKTS = 14, NFT_CT_BYTES = 15, NFT_CT_AVGPKT = 16,
        NFT_CT_ZONE = 17, NFT_CT_EVENTMASK = 18, NFT_CT_SRC_IP = 19, NFT_CT_DST_IP = 20, NFT_CT_SRC_IP6 = 21,
        NFT_CT_DST_IP6 = 22, NFT_CT_ID = 23,
    }
}

numbers! {
    /// Directions of a connection (`linux/netfilter/nf_conntrack_tuple_common.h`).
    CT_DIRECTIONS: u8 {
        IP_CT_DIR_ORIGINAL = 0, IP_CT_DIR_REPLY = 1,
    }
}

numbers! {
    /// Flags of a table (`NFTA_TABLE_FLAGS`): asleep; of one socket, with which it goes (Linux 5.12).
    NFT_TABLE_FLAGS: u32 {
        NFT_TABLE_F_DORMANT = 0x1, NFT_TABLE_F_OWNER = 0x2,
    }
}

numbers! {
    /// Bits of `NFT_CT_STATE` (`linux/netfilter/nf_conntrack_common.h`, `nf_tables.h`).
    CT_STATES: u32 {
        NF_CT_STATE_INVALID_BIT = 0x1, NF_CT_STATE_ESTABLISHED_BIT = 0x2, NF_CT_STATE_RELATED_BIT = 0x4,
        NF_CT_STATE_NEW_BIT = 0x8, NF_CT_STATE_UNTRACKED_BIT = 0x40,
    }
}

numbers! {
    /// Bits of `NFT_CT_STATUS` (`linux/netfilter/nf_conntrack_common.h`).
    CT_STATUS: u32 {
        IPS_EXPECTED = 0x1, IPS_SEEN_REPLY = 0x2, IPS_ASSURED = 0x4, IPS_CONFIRMED = 0x8, IPS_SRC_NAT = 0x10,
        IPS_DST_NAT = 0x20, IPS_DYING = 0x200,
    }
}

numbers! {
    /// Attributes of the expression bitwise.
    NFT_BITWISE_ATTRIBUTES: u16 {
        NFTA_BITWISE_SREG = 1, NFTA_BITWISE_DREG = 2, NFTA_BITWISE_LEN = 3, NFTA_BITWISE_MASK = 4,
        NFTA_BITWISE_XOR = 5, NFTA_BITWISE_OP = 6, NFTA_BITWISE_DATA = 7,
    }
}

numbers! {
    /// Attributes of the expression immediate.
    NFT_IMMEDIATE_ATTRIBUTES: u16 {
        NFTA_IMMEDIATE_DREG = 1, NFTA_IMMEDIATE_DATA = 2,
    }
}

numbers! {
    /// Attributes of the expression nat.
    NFT_NAT_ATTRIBUTES: u16 {
        NFTA_NAT_TYPE = 1, NFTA_NAT_FAMILY = 2, NFTA_NAT_REG_ADDR_MIN = 3, NFTA_NAT_REG_ADDR_MAX = 4,
        NFTA_NAT_REG_PROTO_MIN = 5, NFTA_NAT_REG_PROTO_MAX = 6, NFTA_NAT_FLAGS = 7,
    }
}

numbers! {
    /// What the expression nat changes.
    NFT_NAT_TYPES: u32 {
        NFT_NAT_SNAT = 0, NFT_NAT_DNAT = 1,
    }
}

numbers! {
    /// Attributes of the expression masq.
    NFT_MASQ_ATTRIBUTES: u16 {
        NFTA_MASQ_FLAGS = 1, NFTA_MASQ_REG_PROTO_MIN = 2, NFTA_MASQ_REG_PROTO_MAX = 3,
    }
}

numbers! {
    /// Attributes of the expression counter.
    NFT_COUNTER_ATTRIBUTES: u16 {
        NFTA_COUNTER_BYTES = 1, NFTA_COUNTER_PACKETS = 2,
    }
}

numbers! {
    /// Registers: five of 16 bytes, or, over the same bytes but the verdict's, sixteen of 4.
    NFT_REGISTERS: u32 {
        NFT_REG_VERDICT = 0, NFT_REG_1 = 1, NFT_REG_2 = 2, NFT_REG_3 = 3, NFT_REG_4 = 4, NFT_REG32_00 = 8,
        NFT_REG32_01 = 9, NFT_REG32_02 = 10, NFT_REG32_03 = 11, NFT_REG32_04 = 12, NFT_REG32_05 = 13,
        NFT_REG32_06 = 14, NFT_REG32_07 = 15,
    }
}
