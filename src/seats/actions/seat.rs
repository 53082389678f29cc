//! Who may be seated, and their seating.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::db::{Conn, Tx};
use crate::error::{Refusal, Result};
use crate::ids::{EvaluationId, PanelMemberId, UserId};
use crate::people::{self, Sought};
use crate::seats::store::{self, PanelMember, Reviewer};
use crate::seats::{self, Seat, SeatInput, fault};
use crate::who::Role;

/// What is wrong with these members of a panel, if anything.
pub fn fault_of(
    c: &mut Conn,
    evaluation: EvaluationId,
    members: &[PanelMember],
) -> Result<Option<Refusal>> {
    let chairs = members.iter().filter(|m| m.seat == Seat::Chair).count();
    match fault(members.len(), chairs) {
        Some(fault) => Ok(Some(fault)),
        None => seats::declined_fault(c, evaluation),
    }
}

pub fn people_by_id(c: &mut Conn, ids: Vec<UserId>) -> Result<HashMap<UserId, Reviewer>> {
    Ok(store::people(c, &ids)?
        .into_iter()
        .map(|person| (person.user_id, person))
        .collect())
}

/// Their name, if they are among these people.
pub fn name_of(people: &HashMap<UserId, Reviewer>, user: UserId) -> String {
    people
        .get(&user)
        .map(|person| person.name.clone())
        .unwrap_or_default()
}

/// Where they belong, the same.
pub fn organization_of(people: &HashMap<UserId, Reviewer>, user: UserId) -> String {
    people
        .get(&user)
        .map(|person| person.organization.clone())
        .unwrap_or_default()
}

/// People that a form offers at the most, beside those who are chosen already.
pub const OFFERED: i64 = 100;

/// Of these people those who may be seated.
pub fn who_may_sit(c: &mut Conn, path: &str, users: &[UserId]) -> Result<HashSet<UserId>> {
    let found = people::holders_sought(c, Role::Reviewer, path, Sought::These(users))?;
    Ok(found.into_iter().map(|user| user.id).collect())
}

/// The first that a form offers.
pub fn first_offered(find: &str) -> Sought<'_> {
    Sought::Some {
        find,
        after: None,
        most: OFFERED,
    }
}

/// The first who may be seated and are found by name, for a form to choose from; those who are seated, whether or not they
/// still may be; and of those who were ticked the ones who may be: a form names whom it likes.
pub fn offered(
    c: &mut Conn,
    path: &str,
    text: &str,
    seated: &[UserId],
    ticked: &[UserId],
) -> Result<Vec<Reviewer>> {
    let mut people = sought(c, path, first_offered(text))?;
    if !ticked.is_empty() {
        people.extend(sought(c, path, Sought::These(ticked))?);
    }
    people.sort_by_key(|person| person.user_id);
    people.dedup_by_key(|person| person.user_id);
    let known: HashSet<UserId> = people.iter().map(|person| person.user_id).collect();
    let missing: Vec<UserId> = seated
        .iter()
        .copied()
        .filter(|user| !known.contains(user))
        .collect();
    people.extend(store::people(c, &missing)?);
    people.sort_by_key(|person| person.user_id);
    Ok(people)
}

/// Who may be seated, of those that are asked for: holders of the reviewer's role over this committee.
pub fn sought(c: &mut Conn, path: &str, sought: Sought) -> Result<Vec<Reviewer>> {
    let ids: Vec<UserId> = people::holders_sought(c, Role::Reviewer, path, sought)?
        .into_iter()
        .map(|user| user.id)
        .collect();
    let mut people = store::people(c, &ids)?;
    people.sort_by_key(|person| person.user_id);
    Ok(people)
}

/// Seats exactly these, whoever they are. Who stays keeps the alias; who leaves stays on record.
pub fn seat_exactly(tx: &mut Tx, evaluation: EvaluationId, members: &[SeatInput]) -> Result<()> {
    let mut wanted: BTreeMap<UserId, Seat> = members.iter().map(|m| (m.user_id, m.seat)).collect();
    let now = tx.now();
    let all = store::all_members(tx, evaluation)?;
    let mut number = all.len();
    for member in &all {
        match (wanted.remove(&member.user_id), member.removed_at) {
            (Some(seat), _) => store::set_seat(tx, member.id, seat)?,
            (None, None) => store::remove_member(tx, member.id, now)?,
            (None, Some(_)) => {}
        }
    }
    // In the order given, so that aliases follow the list.
    for member in members {
        if let Some(seat) = wanted.remove(&member.user_id) {
            number += 1;
            store::insert_member(
                tx,
                &PanelMember {
                    id: PanelMemberId::fresh(now),
                    evaluation_id: evaluation,
                    user_id: member.user_id,
                    seat,
                    alias: format!("R{number}"),
                    undertaking_at: None,
                    removed_at: None,
                },
            )?;
        }
    }
    Ok(())
}
