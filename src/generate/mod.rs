//! A synthetic, plausible company of any size, for load tests: through the same actions as users', many commands a
//! transaction.
//!
//! Three rounds: one scored (its ranking can be read), one in scoring (sheets can be handed in), and one opened that
//! holds all the other bids.

mod words;

use words::content;

use chrono::Duration;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use crate::bids::verbs::{BidInput, Create as Draft, Submit};
use crate::bids::{self, BidContent};
use crate::clock::{self, Instant};
use crate::error::Result;
use crate::ids::{BidId, OrganizationId, RoundId, UserId};
use crate::marks::Mark;
use crate::opening::{Open, OpeningInput};
use crate::panel::actions::declare::DeclarationInput;
use crate::panel::verbs::name::{NamePanel, PanelInput};
use crate::people::{self, OrganizationInput, OrganizationKind, RoleInput, UserInput};
use crate::result::verbs::Lock;
use crate::rounds::input::{AcceptanceWeights, OpenersInput, RoundInput, TopicInput};
use crate::rounds::verbs::{Create, Publish};
use crate::rounds::{self, Lane};
use crate::scoring::actions::sheet;
use crate::scoring::input::{MarkInput, SheetInput};
use crate::scoring::verbs::{StartScoring, Undertake};
use crate::sealing;
use crate::seats::{self, RuleInput, Seat, SeatInput};
use crate::session;
use crate::verbs;
use crate::web::{App, Empty};
use crate::who::Actor;
use crate::who::Role;
use crate::who::password::Credentials;

/// Commands in one transaction.
const BATCH: usize = 500;
/// Bids in the scored round and in the one being scored, at the most.
const SCORED: usize = 200;
const SCORING: usize = 300;
const REVIEWERS: usize = 7;

pub struct Size {
    pub organizations: usize,
    pub bids: usize,
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
    let scored = size.bids.min(SCORED);
    let scoring = size.bids.saturating_sub(scored).min(SCORING);
    let rest = size.bids.saturating_sub(scored + scoring);
    for (name, bids, course) in [
        ("全量", rest, Course::Opened),
        ("已评", scored, Course::Scored),
        ("在评", scoring, Course::Scoring),
    ] {
        if bids == 0 {
            continue;
        }
        app.clock().set(begin);
        let (id, topics) = publish(app, name, &reviewers, begin)?;
        fill(app, id, &topics, bids, &branches, &mut random)?;
        app.clock().set(begin + Duration::days(31));
        open(app, id, password)?;
        if course == Course::Opened {
            continue;
        }
        as_one(app, "office", move |tx, actor| {
            verbs::perform::<StartScoring>(tx, actor, &id, &Empty {}).map(drop)
        })?;
        for reviewer in &reviewers {
            as_one(app, reviewer, move |tx, actor| {
                let evaluation = seats::of_round(tx, id)?.id;
                let none = DeclarationInput::default();
                verbs::perform::<Undertake>(tx, actor, &evaluation, &none).map(drop)
            })?;
        }
        if course == Course::Scored {
            score(app, id, &reviewers, &mut random)?;
            as_one(app, "office", move |tx, actor| {
                verbs::perform::<Lock>(tx, actor, &id, &Empty::default()).map(drop)
            })?;
        }
    }
    app.clock().set(now);
    Ok(())
}

#[derive(PartialEq, Clone, Copy)]
enum Course {
    Opened,
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

fn publish(
    app: &App,
    name: &str,
    reviewers: &[String],
    begin: Instant,
) -> Result<(RoundId, Vec<crate::ids::TopicId>)> {
    let topic = |nth: i64| TopicInput {
        lane: if nth == 3 {
            Lane::SelfProposed
        } else {
            Lane::Commissioned
        },
        title: format!("标的{nth}"),
        requirements: "按指南申报。".to_owned(),
        quota: 10,
        budget_ceiling: None,
        minimum_bids: 1,
    };
    let input = RoundInput {
        committee_id: None,
        year: i64::from(chrono::Datelike::year(&clock::local_date(begin))),
        title: format!("样本批次（{name}）"),
        guide: "样本数据。".to_owned(),
        opens_at: begin,
        deadline: begin + Duration::days(30),
        opening_at: begin + Duration::days(31),
        publicity_days: 5,
        contract_days: 180,
        bids_per_lane: 99,
        topics: (1..=3).map(topic).collect(),
        rule: RuleInput::default(),
        acceptance_weights: AcceptanceWeights::default(),
    };
    let panel = reviewers.to_vec();
    let keys = app.clone();
    app.db.write_now(move |tx| {
        let actor = session::act_as(tx, keys.keys(), "office")?;
        let round = verbs::perform::<Create>(tx, &actor, &(), &input)?.round;
        let mut members = Vec::new();
        for (nth, username) in panel.iter().enumerate() {
            let user_id = session::act_as(tx, keys.keys(), username)?
                .person()?
                .user_id;
            members.push(SeatInput {
                user_id,
                seat: if nth == 0 { Seat::Chair } else { Seat::Member },
            });
        }
        verbs::perform::<NamePanel>(tx, &actor, &round.id, &PanelInput { members })?;
        verbs::perform::<Publish>(tx, &actor, &round.id, &OpenersInput::default())?;
        let topics = rounds::topics(tx, round.id)?
            .into_iter()
            .map(|topic| topic.id)
            .collect();
        Ok((round.id, topics))
    })
}

fn fill(
    app: &App,
    round: RoundId,
    topics: &[crate::ids::TopicId],
    bids: usize,
    branches: &[Branch],
    random: &mut StdRng,
) -> Result<()> {
    let mut work: Vec<(Branch, BidContent)> = Vec::with_capacity(BATCH);
    for (nth, branch) in branches.iter().cycle().take(bids).enumerate() {
        let topic = topics
            .get(random.random_range(0..topics.len().max(1)))
            .copied();
        work.push((branch.clone(), content(topic, nth, branch, random)));
        if work.len() == BATCH || nth + 1 == bids {
            let part = std::mem::take(&mut work);
            let keys = app.clone();
            app.db.write_now(move |tx| {
                for (branch, content) in &part {
                    let actor = session::act_as(tx, keys.keys(), &branch.username)?;
                    let input = BidInput {
                        organization_id: Some(branch.organization),
                        content: content.clone(),
                    };
                    let made = verbs::perform::<Draft>(tx, &actor, &round, &input)?;
                    verbs::perform::<Submit>(tx, &actor, &made.bid.id, &Empty {})?;
                }
                Ok(())
            })?;
        }
    }
    Ok(())
}

const DOING: [&str; 6] = [
    "安全生产",
    "优质服务",
    "提质增效",
    "人才培养",
    "廉洁风险防控",
    "班组建设",
];
const HOW: [&str; 5] = ["党员责任区", "先锋岗", "结对共建", "积分管理", "清单管理"];

/// Office and supervisor have the same password here, each behind a lock of their own.
fn open(app: &App, round: RoundId, password: &str) -> Result<()> {
    let password = password.to_owned();
    as_one(app, "office", move |tx, actor| {
        let mut keys = Vec::new();
        for username in ["office", "supervisor"] {
            let Some(user) = people::user_by_username(tx, username)? else {
                continue;
            };
            for (id, lock) in sealing::locks_of(tx, &[user.id])? {
                keys.push((id, lock.key(&password)?));
            }
        }
        let input = OpeningInput {
            keys,
            ..OpeningInput::default()
        };
        verbs::perform::<Open>(tx, actor, &round, &input).map(drop)
    })
}

fn score(app: &App, round: RoundId, reviewers: &[String], random: &mut StdRng) -> Result<()> {
    let bids: Vec<BidId> = app.db.read_now(|c| {
        Ok(bids::opened(c, round)?
            .into_iter()
            .map(|bid| bid.id)
            .collect())
    })?;
    for reviewer in reviewers {
        let lean = random.random_range(-4i64..=4);
        for part in bids.chunks(BATCH) {
            let shares: Vec<(BidId, i64)> = part
                .iter()
                .map(|bid| (*bid, (random.random_range(66..92) + lean).clamp(60, 95)))
                .collect();
            as_one(app, reviewer, move |tx, actor| {
                let evaluation = seats::of_round(tx, round)?.id;
                let criteria = seats::criteria(tx, evaluation)?;
                for (bid, share) in &shares {
                    let marks = criteria
                        .iter()
                        .map(|criterion| MarkInput {
                            criterion_id: criterion.id,
                            mark: Some(Mark(criterion.full_marks.0 * share / 100 / 50 * 50)),
                            comment: Some("按标准评分。".to_owned()),
                        })
                        .collect();
                    let input = SheetInput {
                        marks,
                        submit: true,
                        notes: None,
                    };
                    sheet::save(tx, actor, *bid, None, &input)?;
                }
                Ok(())
            })?;
        }
    }
    Ok(())
}
