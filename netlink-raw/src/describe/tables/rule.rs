//! Rules of routing.

use super::table;
use crate::describe::shape::Shape;

table! {
    /// Attributes of a rule (`linux/fib_rules.h`).
    RULE, "FRA" {
        FRA_DST = 1: Shape::Ip, FRA_SRC = 2: Shape::Ip, FRA_IIFNAME = 3: Shape::Text, FRA_GOTO = 4: Shape::U32,
        FRA_PRIORITY = 6: Shape::U32, FRA_FWMARK = 10: Shape::HexNumber, FRA_FLOW = 11: Shape::U32, FRA_TUN_ID = 12: Shape::U64Be,
        FRA_SUPPRESS_IFGROUP = 13: Shape::I32, FRA_SUPPRESS_PREFIXLEN = 14: Shape::I32, FRA_TABLE = 15: Shape::Table,
        FRA_FWMASK = 16: Shape::HexNumber, FRA_OIFNAME = 17: Shape::Text, FRA_PAD = 18: Shape::Hex,
        FRA_L3MDEV = 19: Shape::U8, FRA_UID_RANGE = 20: Shape::Words, FRA_PROTOCOL = 21: Shape::U8,
        FRA_IP_PROTO = 22: Shape::U8, FRA_SPORT_RANGE = 23: Shape::Halves, FRA_DPORT_RANGE = 24: Shape::Halves,
        FRA_DSCP = 25: Shape::U8, FRA_FLOWLABEL = 26: Shape::U32Be, FRA_FLOWLABEL_MASK = 27: Shape::U32Be,
        FRA_SPORT_MASK = 28: Shape::U16, FRA_DPORT_MASK = 29: Shape::U16, FRA_DSCP_MASK = 30: Shape::U8,
    }
}

/// What a rule does (`FR_ACT_*`).
pub(in crate::describe) const RULE_ACTIONS: &[(u32, &str)] = &[
    (0, "FR_ACT_UNSPEC"),
    (1, "FR_ACT_TO_TBL"),
    (2, "FR_ACT_GOTO"),
    (3, "FR_ACT_NOP"),
    (6, "FR_ACT_BLACKHOLE"),
    (7, "FR_ACT_UNREACHABLE"),
    (8, "FR_ACT_PROHIBIT"),
];

/// Flags of a rule.
pub(in crate::describe) const RULE_FLAGS: &[(u32, &str)] = &[
    (0x1, "FIB_RULE_PERMANENT"),
    (0x2, "FIB_RULE_INVERT"),
    (0x4, "FIB_RULE_UNRESOLVED"),
    (0x8, "FIB_RULE_IIF_DETACHED"),
    (0x10, "FIB_RULE_OIF_DETACHED"),
    (0x10000, "FIB_RULE_FIND_SADDR"),
];
