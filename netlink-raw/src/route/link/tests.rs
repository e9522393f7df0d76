use super::*;
use crate::Error;

#[test]
fn requests_that_name_no_link_are_refused() {
    let nothing = Link::default();
    for request in [nothing.set(), nothing.delete(), nothing.get(), nothing.create()] {
        assert!(matches!(request, Err(Error::Invalid { .. })), "{request:?}");
    }
}
