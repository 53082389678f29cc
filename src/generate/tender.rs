//! Rounds with their bids, from publishing to scoring.

use chrono::Duration;
use rand::RngExt;
use rand::rngs::StdRng;

use super::words::content;
use super::{BATCH, Branch, as_one};
use crate::bids::verbs::{BidInput, Create as Draft, Submit};
use crate::bids::{self, BidContent};
use crate::clock::{self, Instant};
use crate::db::Conn;
use crate::error::Result;
use crate::ids::{BidId, RoundId, TopicId};
use crate::marks::Mark;
use crate::opening::{Open, OpeningInput};
use crate::panel::verbs::name::{NamePanel, PanelInput};
use crate::people;
use crate::rounds::input::{AcceptanceWeights, OpenersInput, RoundInput, TopicInput};
use crate::rounds::verbs::{Create, Publish};
use crate::rounds::{self, Lane};
use crate::scoring::actions::sheet;
use crate::scoring::input::{MarkInput, SheetInput};
use crate::seats::{self, RuleInput, Seat, SeatInput};
use crate::session;
use crate::verbs;
use crate::verbs::ceremony::{self, Present};
use crate::web::{App, Empty};

pub(super) fn publish(
    app: &App,
    name: &str,
    quota: i64,
    reviewers: &[String],
    begin: Instant,
) -> Result<(RoundId, Vec<TopicId>)> {
    let topic = |nth: i64| TopicInput {
        lane: if nth == 3 {
            Lane::SelfProposed
        } else {
            Lane::Commissioned
        },
        title: format!("标的{nth}"),
        requirements: "按指南申报。".to_owned(),
        quota,
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

pub(super) fn fill(
    app: &App,
    round: RoundId,
    topics: &[TopicId],
    bids: usize,
    branches: &[Branch],
    random: &mut StdRng,
) -> Result<()> {
    // After the contracts: nobody is late yet.
    let start = clock::local_date(app.clock().now()) + Duration::days(91);
    let mut work: Vec<(Branch, BidContent)> = Vec::with_capacity(BATCH);
    for (nth, branch) in branches.iter().cycle().take(bids).enumerate() {
        let topic = topics
            .get(random.random_range(0..topics.len().max(1)))
            .copied();
        work.push((branch.clone(), content(topic, nth, branch, start, random)));
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

/// Office and supervisor, who have the same password here, each behind a lock of their own.
pub(super) fn together(c: &mut Conn, password: &str) -> Result<Present> {
    let mut people = Vec::new();
    for username in ["office", "supervisor"] {
        let user = people::user_by_username(c, username)?;
        people.extend(user.map(|user| user.id));
    }
    ceremony::with_password(c, &people, password)
}

pub(super) fn open(app: &App, round: RoundId, password: &str) -> Result<()> {
    let password = password.to_owned();
    as_one(app, "office", move |tx, actor| {
        let input = OpeningInput {
            keys: together(tx, &password)?,
            ..OpeningInput::default()
        };
        verbs::perform::<Open>(tx, actor, &round, &input).map(drop)
    })
}

pub(super) fn score(
    app: &App,
    round: RoundId,
    reviewers: &[String],
    random: &mut StdRng,
) -> Result<()> {
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
