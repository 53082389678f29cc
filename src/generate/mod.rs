//! A synthetic, plausible company of any size, for load tests: through the same actions as users', many commands a
//! transaction.
//!
//! Four rounds: one concluded, whose projects stand at every stage, one scored (its ranking can be read), one in scoring
//! (sheets can be handed in), and one opened that holds all the other bids.

mod delivery;
mod tender;
mod words;

use chrono::Duration;
use rand::SeedableRng;
use rand::rngs::StdRng;

use crate::clock::Instant;
use crate::error::Result;
use crate::ids::{OrganizationId, RoundId, UserId};
use crate::panel::actions::declare::DeclarationInput;
use crate::people::{self, OrganizationInput, OrganizationKind, RoleInput, UserInput};
use crate::result::verbs::Lock;
use crate::rounds::verbs::{Correct, CorrectionInput};
use crate::scoring::verbs::{StartScoring, Undertake};
use crate::seats;
use crate::session;
use crate::verbs::{self, Verb};
use crate::web::{App, Empty};
use crate::who::password::Credentials;
use crate::who::{Actor, Role};

/// Commands in one transaction.
const BATCH: usize = 500;
/// Bids in the scored round and in the one being scored, at the most.
const SCORED: usize = 200;
const SCORING: usize = 300;
/// In the round whose winners build.
const DELIVERED: usize = 60;
const REVIEWERS: usize = 7;

#[derive(Debug, Clone, Default)]
pub struct Size {
    pub organizations: usize,
    pub bids: usize,
    /// People of the branches without an account.
    pub people: usize,
    /// Announcements beside those that rounds bring with them.
    pub notices: usize,
    pub seed: u64,
}

/// A branch that bids: its organization and the account that drafts and submits for it.
#[derive(Clone)]
struct Branch {
    organization: OrganizationId,
    username: String,
    user: UserId,
}

/// Makes everything; the app's clock must be one that can be set, and ends at `now`.
pub fn generate(app: &App, size: &Size, password: &str, now: Instant) -> Result<()> {
    if !app.db.read_now(people::is_empty)? {
        return Err(crate::error::Error::conflict(
            "not_empty",
            "the database is not empty: generate fills an empty one only",
        ));
    }
    let mut random = StdRng::seed_from_u64(size.seed);
    let begin = now - Duration::days(60);
    app.clock().set(begin);
    let hash = (password.to_owned(), Credentials::of(password)?);
    let (reviewers, branches) = company(app, size.organizations.max(2), &hash)?;
    crowd(app, size.people, &branches)?;
    let delivered = (size.bids / 4).min(DELIVERED);
    let third = size.bids.saturating_sub(delivered) / 3;
    let (scored, scoring) = (third.min(SCORED), third.min(SCORING));
    let rest = size.bids.saturating_sub(delivered + scored + scoring);
    for (name, bids, course) in [
        ("全量", rest, Course::Opened),
        ("已结", delivered, Course::Delivered),
        ("已评", scored, Course::Scored),
        ("在评", scoring, Course::Scoring),
    ] {
        if bids == 0 {
            continue;
        }
        app.clock().set(begin);
        // Whoever is above the threshold builds.
        let quota = if course == Course::Delivered { 100 } else { 10 };
        let (id, topics) = tender::publish(app, name, quota, &reviewers, begin)?;
        if course == Course::Scored {
            notify(app, id, size.notices)?;
        }
        tender::fill(app, id, &topics, bids, &branches, &mut random)?;
        app.clock().set(begin + Duration::days(31));
        tender::open(app, id, password)?;
        if course == Course::Opened {
            continue;
        }
        does::<StartScoring>(app, "office", id, Empty {})?;
        let evaluation = app.db.read_now(|c| seats::of_round(c, id))?.id;
        for reviewer in &reviewers {
            does::<Undertake>(app, reviewer, evaluation, DeclarationInput::default())?;
        }
        if course == Course::Scoring {
            continue;
        }
        tender::score(app, id, &reviewers, &mut random)?;
        does::<Lock>(app, "office", id, Empty::default())?;
        if course == Course::Delivered {
            delivery::deliver(app, id, &branches, begin, password)?;
        }
    }
    app.clock().set(now);
    Ok(())
}

#[derive(PartialEq, Clone, Copy)]
enum Course {
    Opened,
    Delivered,
    Scored,
    Scoring,
}

fn as_one(
    app: &App,
    username: &str,
    body: impl Fn(&mut crate::db::Tx, &Actor) -> Result<()> + Send + 'static,
) -> Result<()> {
    let username = username.to_owned();
    let keys = app.clone();
    app.db.write_now(move |tx| {
        let actor = session::act_as(tx, keys.keys(), &username)?;
        body(tx, &actor)
    })
}

/// A verb by the person with this username.
fn does<V: Verb>(
    app: &App,
    username: &str,
    id: <V::On as verbs::Scene>::Id,
    input: V::Input,
) -> Result<V::Gives>
where
    V::Gives: Send,
{
    let (username, keys) = (username.to_owned(), app.clone());
    app.db.write_now(move |tx| {
        let actor = session::act_as(tx, keys.keys(), &username)?;
        verbs::perform::<V>(tx, &actor, &id, &input)
    })
}

/// Corrections of a round that is still open, each with its announcement.
fn notify(app: &App, round: RoundId, notices: usize) -> Result<()> {
    for part in (0..notices).collect::<Vec<_>>().chunks(BATCH) {
        let part = part.to_vec();
        as_one(app, "office", move |tx, actor| {
            for nth in &part {
                let input = CorrectionInput {
                    text: format!("第 {nth} 次更正：材料一式两份。"),
                };
                verbs::perform::<Correct>(tx, actor, &round, &input)?;
            }
            Ok(())
        })?;
    }
    Ok(())
}

/// People without an account, spread over the branches.
fn crowd(app: &App, count: usize, branches: &[Branch]) -> Result<()> {
    let everywhere = branches.iter().map(|branch| branch.organization).cycle();
    let all: Vec<(usize, OrganizationId)> = (0..count).zip(everywhere).collect();
    for part in all.chunks(BATCH) {
        let part = part.to_vec();
        app.db.write_now(move |tx| {
            for (nth, organization_id) in &part {
                let input = UserInput {
                    organization_id: *organization_id,
                    staff_number: format!("G-P{nth}"),
                    name: format!("员工{nth}"),
                    post: "员工".to_owned(),
                    username: None,
                    password: None,
                    credentials: None,
                    demo: false,
                };
                people::create_user(tx, &Actor::System, &input)?;
            }
            Ok(())
        })?;
    }
    Ok(())
}

/// The committee with its people, and branches with one account each.
fn company(
    app: &App,
    organizations: usize,
    hash: &(String, Credentials),
) -> Result<(Vec<String>, Vec<Branch>)> {
    let committee = app.db.write_now(|tx| {
        let input = OrganizationInput {
            parent_id: None,
            kind: OrganizationKind::Committee,
            name: "样本公司党委".to_owned(),
            short_name: "样本公司党委".to_owned(),
            code: "S".to_owned(),
            position: None,
        };
        Ok(people::create_organization(tx, &Actor::System, &input)?.id)
    })?;
    let staff: Vec<(String, Role)> = [
        ("office", Role::Office),
        ("secretary", Role::CommitteeSecretary),
        ("supervisor", Role::Supervisor),
    ]
    .into_iter()
    .map(|(name, role)| (name.to_owned(), role))
    .chain((1..=REVIEWERS).map(|nth| (format!("reviewer{nth}"), Role::Reviewer)))
    .collect();
    for (username, role) in staff {
        let hash = hash.clone();
        app.db.write_now(move |tx| {
            person(tx, committee, &username, &username, role, &hash).map(drop)
        })?;
    }
    let mut branches = Vec::with_capacity(organizations);
    for part in (1..organizations).collect::<Vec<_>>().chunks(BATCH) {
        let (part, hash) = (part.to_vec(), hash.clone());
        branches.extend(app.db.write_now(move |tx| {
            part.iter()
                .map(|nth| {
                    let input = OrganizationInput {
                        parent_id: Some(committee),
                        kind: OrganizationKind::Branch,
                        name: format!("第{nth}党支部"),
                        short_name: format!("第{nth}党支部"),
                        code: format!("S{nth:05}"),
                        position: None,
                    };
                    let organization = people::create_organization(tx, &Actor::System, &input)?.id;
                    let username = format!("branch{nth}");
                    let user = person(
                        tx,
                        organization,
                        &username,
                        &format!("支书{nth}"),
                        Role::BranchSecretary,
                        &hash,
                    )?;
                    Ok(Branch {
                        organization,
                        username,
                        user,
                    })
                })
                .collect::<Result<Vec<_>>>()
        })?);
    }
    Ok((
        (1..=REVIEWERS)
            .map(|nth| format!("reviewer{nth}"))
            .collect(),
        branches,
    ))
}

fn person(
    tx: &mut crate::db::Tx,
    organization_id: OrganizationId,
    username: &str,
    name: &str,
    role: Role,
    (password, credentials): &(String, Credentials),
) -> Result<UserId> {
    let input = UserInput {
        organization_id,
        staff_number: format!("G-{username}"),
        name: name.to_owned(),
        post: role.label().to_owned(),
        username: Some(username.to_owned()),
        password: Some(password.clone()),
        credentials: Some(credentials.clone()),
        demo: false,
    };
    let user = people::create_user(tx, &Actor::System, &input)?;
    people::grant_role(
        tx,
        &Actor::System,
        user.id,
        &RoleInput {
            role,
            organization_id,
        },
    )?;
    Ok(user.id)
}
