//! From what each namespace tells of its own links to what leads from one to another.

use std::collections::BTreeMap;

use super::find::Candidates;
use super::{Seen, read};
use crate::map::model::{Edge, EdgeKind, End, Id, Lost, Map, Namespace};

/// The picture of all that was `seen`, and of what could not be, with the reason.
pub(super) fn tie(candidates: Candidates, seen: Vec<Seen>, problems: Vec<(usize, String)>) -> Map {
    let mut seen: BTreeMap<usize, Seen> = seen.into_iter().map(|one| (one.place, one)).collect();
    let mut problems: BTreeMap<usize, String> = problems.into_iter().collect();
    let (mut map, mut all) = (Map::default(), Vec::new());
    for (place, candidate) in candidates.list.into_iter().enumerate() {
        let (seen, problem) = (seen.remove(&place), problems.remove(&place));
        let namespace = match (&seen, problem) {
            (Some(seen), _) => seen.namespace(candidate),
            (None, None) => continue,
            (None, problem) => Namespace { problem, ..candidate.into_namespace() },
        };
        map.namespaces.push(namespace);
        all.push(seen);
    }
    let places: BTreeMap<Id, usize> =
        map.namespaces.iter().enumerate().map(|(place, it)| (it.id, place)).collect();
    let leads = leads(&all, &places);
    for (from, to) in &leads {
        match to {
            Ok(to) if map.link(*to).is_some() => {
                let pair = leads.get(to) == Some(&Ok(*from));
                // Each end of a pair leads to the other.
                if !pair || from < to {
                    let kind = if pair { EdgeKind::Pair } else { EdgeKind::Upper };
                    map.edges.push(Edge { kind, from: *from, to: *to });
                }
            }
            Ok(End { namespace, index }) => lose(&mut map, *from, *index, Some(*namespace)),
            Err(index) => lose(&mut map, *from, *index, None),
        }
    }
    map.edges.sort_unstable();
    map
}

/// Where each link leads that leads anywhere: to a link, or to a number in a namespace out of sight.
fn leads(all: &[Option<Seen>], places: &BTreeMap<Id, usize>) -> BTreeMap<End, Result<End, u32>> {
    let mut leads = BTreeMap::new();
    for (namespace, seen) in all.iter().enumerate() {
        let Some(seen) = seen else { continue };
        for link in &seen.links {
            let Some(index) = read::leads_to(link) else { continue };
            let there = match link.link_netnsid {
                None => Some(namespace),
                Some(number) => seen.numbers.id(number).and_then(|id| places.get(&id).copied()),
            };
            let to = there.map(|namespace| End { namespace, index }).ok_or(index);
            leads.insert(End { namespace, index: link.index }, to);
        }
    }
    leads
}

fn lose(map: &mut Map, end: End, index: u32, namespace: Option<usize>) {
    let links = &mut map.namespaces[end.namespace].links;
    if let Ok(place) = links.binary_search_by_key(&end.index, |link| link.index) {
        links[place].lost = Some(Lost { index, namespace });
    }
}
