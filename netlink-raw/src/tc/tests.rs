use super::rate;

#[test]
fn bursts_that_take_whole_microseconds_survive_the_ticks() {
    for (burst, rate) in [(62_500, 2_500_000), (12_500_000, 12_500_000_000), (3000, 1200)] {
        assert_eq!(rate::bytes(rate::ticks(burst, rate), rate), burst);
    }
    // What the ticks cannot hold is as much as they can.
    assert_eq!(rate::ticks(u32::MAX, 1), u32::MAX);
    assert_eq!(rate::ticks(1, 0), 15_625_000);
}

#[test]
fn a_wide_rate_has_an_attribute_of_its_own() {
    assert_eq!((rate::wide(u32::MAX.into()), rate::wide(1 << 32)), (None, Some(1 << 32)));
    assert_eq!(rate::read_spec(&rate::spec(1 << 32), 0), u32::MAX.into());
    assert_eq!(rate::read_spec(&rate::spec(2_500_000), 0), 2_500_000);
}
