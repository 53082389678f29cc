//! Pages of contracts: list, one contract, the amendment form.

mod amend;

pub use amend::amend;

use serde::Serialize;

use super::api::ContractsQuery;
use super::scene::ContractScene;
use super::view::{ContractShown, SignatureShown};
use super::{Content, ContractState, PartySide};
use crate::clock::{show_date, show_instant};
use crate::error::Result;
use crate::ids::ContractId;
use crate::verbs::{Scene, Subject};
use crate::web::{Ask, Page};

#[derive(Serialize)]
struct Row {
    id: ContractId,
    number: String,
    title: String,
    organization: String,
    state: &'static str,
    tone: &'static str,
    term: String,
}

fn tone(state: ContractState) -> &'static str {
    match state {
        ContractState::Draft | ContractState::SignedByB => "amber",
        ContractState::InForce | ContractState::Fulfilled => "green",
        ContractState::Terminated => "",
    }
}

#[derive(Serialize)]
pub(crate) struct Choice {
    value: &'static str,
    label: &'static str,
}

impl Choice {
    pub fn new(value: &'static str, label: &'static str) -> Self {
        Self { value, label }
    }
}

/// `GET /contracts`
pub fn list(ask: &mut Ask) -> Result<Page> {
    let query: ContractsQuery = ask.query()?;
    let listing = query.run(ask)?.map(|line| Row {
        id: line.id,
        number: line.number,
        title: line.title,
        organization: line.organization,
        state: line.state.label(),
        tone: tone(line.state),
        term: format!("{}至{}", show_date(line.starts_on), show_date(line.ends_on)),
    });
    let mut address = String::from("/contracts?");
    if let Some(state) = query.state {
        address += &format!("state={state}&");
    }
    if let Some(round) = query.round_id {
        address += &format!("round_id={round}&");
    }
    let next = listing
        .next_cursor
        .as_ref()
        .map(|cursor| format!("{address}cursor={cursor}"));
    let first = query.cursor.is_some().then(|| address.clone());
    let states: Vec<_> = ContractState::ALL
        .iter()
        .map(|state| Choice::new(state.as_str(), state.label()))
        .collect();
    let filtered = query.state.is_some() || query.round_id.is_some();
    Ok(Page::new("contracts/list.html")
        .with("listing", &listing)
        .with("next", &next)
        .with("first", &first)
        .with("filtered", &filtered)
        .with("round_id", &query.round_id)
        .with("states", &states)
        .with("state", query.state.map_or("", ContractState::as_str)))
}

#[derive(Serialize)]
struct StepShown {
    label: &'static str,
    date: Option<String>,
    state: &'static str,
}

fn stepper(shown: &ContractShown) -> Vec<StepShown> {
    let signed = |side| shown.signed_by(side).map(|one| show_instant(one.signed_at));
    let reached = match shown.state {
        ContractState::Draft => 1,
        ContractState::SignedByB => 2,
        ContractState::InForce => 3,
        ContractState::Fulfilled => 5,
        ContractState::Terminated => {
            1 + usize::from(signed(PartySide::B).is_some())
                + usize::from(signed(PartySide::A).is_some())
        }
    };
    let dates = [
        Some(show_instant(shown.created_at)),
        signed(PartySide::B),
        signed(PartySide::A),
        Some(format!("到 {}", show_date(shown.ends_on))),
        (shown.state == ContractState::Fulfilled).then(|| show_instant(shown.updated_at)),
    ];
    ["起草", "乙方签署", "甲方签署", "履行", "办结"]
        .into_iter()
        .zip(dates)
        .enumerate()
        .map(|(nth, (label, date))| StepShown {
            label,
            date,
            state: match nth {
                nth if nth < reached => "done",
                nth if nth > reached => "todo",
                _ if shown.state == ContractState::Terminated => "failed",
                _ => "now",
            },
        })
        .collect()
}

#[derive(Serialize)]
struct Seal {
    side: &'static str,
    organization: String,
    expected: String,
    name: Option<String>,
    post: Option<String>,
    at: Option<String>,
    digest: Option<String>,
    valid: bool,
}

fn seal(shown: &ContractShown, side: PartySide) -> Seal {
    let party = match side {
        PartySide::A => &shown.content.party_a,
        PartySide::B => &shown.content.party_b,
    };
    let signed: Option<&SignatureShown> = shown.signed_by(side);
    Seal {
        side: side.label(),
        organization: party.name.clone(),
        expected: party.secretary.clone(),
        name: signed.map(|one| one.name.clone()),
        post: signed.map(|one| one.post.clone()),
        at: signed.map(|one| show_instant(one.signed_at)),
        digest: signed.map(|one| one.digest.clone()),
        valid: signed.is_none_or(|one| one.valid),
    }
}

#[derive(Serialize)]
struct Line {
    step: &'static str,
    starts_on: String,
    ends_on: String,
    work: String,
    responsible: String,
}

fn plan(content: &Content) -> Vec<Line> {
    content
        .plan
        .iter()
        .map(|line| Line {
            step: line.step.label(),
            starts_on: show_date(line.starts_on),
            ends_on: show_date(line.ends_on),
            work: line.work.clone(),
            responsible: line.responsible.clone(),
        })
        .collect()
}

#[derive(Serialize)]
struct Past {
    at: String,
    who: String,
    text: String,
    key: bool,
}

fn past(shown: &ContractShown) -> Vec<Past> {
    let mut events: Vec<_> = shown
        .versions
        .iter()
        .map(|version| {
            (
                version.created_at,
                String::new(),
                format!("第 {} 版：{}", version.content_version, version.reason),
            )
        })
        .collect();
    events.extend(shown.signatures.iter().map(|one| {
        (
            one.signed_at,
            one.name.clone(),
            format!("{}签署第 {} 版", one.party.label(), one.content_version),
        )
    }));
    events.sort();
    events
        .into_iter()
        .rev()
        .map(|(at, who, text)| Past {
            at: show_instant(at),
            key: who.is_empty(),
            who,
            text,
        })
        .collect()
}

/// `GET /contracts/{id}`
pub fn show(ask: &mut Ask, id: ContractId) -> Result<Page> {
    let on = ContractScene::load(ask.c, ask.actor, &id)?;
    let shown = on.shown(ask.c, ask.actor, ask.now)?;
    let seals = [seal(&shown, PartySide::A), seal(&shown, PartySide::B)];
    let all_valid = shown.signatures.iter().all(|one| one.valid);
    Ok(Page::new("contracts/show.html")
        .with("contract", &shown)
        .with("state", shown.state.label())
        .with("tone", tone(shown.state))
        .with("steps", &stepper(&shown))
        .with("seals", &seals)
        .with("plan", &plan(&shown.content))
        .with("past", &past(&shown))
        .with("signed", &!shown.signatures.is_empty())
        .with("sound", &(shown.intact && all_valid))
        .with("starts_on", &show_date(shown.starts_on))
        .with("ends_on", &show_date(shown.ends_on))
        .with(
            "signable",
            &matches!(shown.state, ContractState::Draft | ContractState::SignedByB),
        )
        .with(
            "ended",
            &matches!(
                shown.state,
                ContractState::Terminated | ContractState::Fulfilled
            ),
        )
        .with(
            "drafted_on",
            &show_date(crate::clock::local_date(shown.created_at)),
        ))
}
