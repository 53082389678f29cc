//! What waits: contracts to be signed by this person.

use super::{ContractState, store};
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::Result;
use crate::todo::{MOST, Todo};
use crate::who::{Actor, Role};

pub fn todos(c: &mut Conn, actor: &Actor, _now: Instant) -> Result<Vec<Todo>> {
    let at = |role| {
        actor
            .grants()
            .iter()
            .filter(|grant| grant.role == role)
            .map(|grant| grant.organization_id)
            .collect::<Vec<_>>()
    };
    let (ours, committees) = (at(Role::BranchSecretary), at(Role::CommitteeSecretary));
    if ours.is_empty() && committees.is_empty() {
        return Ok(Vec::new());
    }
    Ok(store::unsigned(c, ours, committees, MOST)?
        .into_iter()
        .map(|(id, number, title, state)| Todo {
            due: None,
            what: format!("签署合同：{title}"),
            why: match state {
                ContractState::SignedByB => format!("{number}，乙方已签署，等甲方签署后立项。"),
                ContractState::Draft
                | ContractState::InForce
                | ContractState::Terminated
                | ContractState::Fulfilled => format!("{number}，乙方先签，甲方后签。"),
            },
            href: format!("/contracts/{id}"),
            action_label: "去签署".to_owned(),
            late: false,
        })
        .collect())
}
