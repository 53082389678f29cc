//! Rounds with their bids, scores, decisions.

use chrono::Duration;

use super::model::{self, Content, RoundFile, Scored, hundredths};
use super::{Loader, secretary_of};
use crate::award::DecisionInput;
use crate::award::verbs::{self as award, Conclude, Lodge, ObjectionInput, Publicize};
use crate::bids::content::{PlanStep, Team};
use crate::bids::verbs::{BidInput, Submit};
use crate::bids::{self, BidContent};
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::failed::rules::FailedDecision;
use crate::ids::RoundId;
use crate::marks::Mark;
use crate::opening::{Open, OpeningInput};
use crate::panel::actions::declare::DeclarationInput;
use crate::panel::verbs::name::{NamePanel, PanelInput};
use crate::result::verbs::Lock;
use crate::rounds;
use crate::rounds::input::{AcceptanceWeights, OpenersInput, RoundInput, TopicInput};
use crate::rounds::verbs::{Create, Publish};
use crate::rulings::{Decide, FailedInput};
use crate::scoring::actions::sheet;
use crate::scoring::input::{MarkInput, SheetInput};
use crate::scoring::verbs::{StartScoring, Undertake};
use crate::seats::{self, CriterionInput, RuleInput, Seat, SeatInput};
use crate::verbs::{self, ceremony};
use crate::web::Empty;
use crate::who::Actor;

/// Reviewers who sit on every seeded panel; the first chairs.
const PANEL: [&str; 7] = [
    "reviewer1",
    "reviewer2",
    "reviewer3",
    "reviewer4",
    "reviewer5",
    "reviewer6",
    "reviewer7",
];

/// Turns a round's file into dated steps.
pub fn plan(loader: &mut Loader, key: &'static str, file: RoundFile) {
    let schedule = file.schedule.clone();
    let publish = loader.at(schedule.publish, 9, 0);
    let deadline = loader.at(schedule.deadline, 17, 0);
    let opening = loader.at(schedule.opening, 9, 0);
    let round = file.round.clone();
    loader.later(publish, move |loader| {
        create(loader, key, &round, publish, deadline, opening)
    });
    let window = (deadline - publish).min(loader.at(-1, 17, 0) - publish);
    for (nth, bid) in (1i32..).zip(file.bids) {
        let drafted = publish + window * nth / (i32::try_from(PANEL.len()).unwrap_or(7) * 3);
        let submitted = drafted + Duration::hours(3);
        let (organization, submits) = (bid.organization.clone(), schedule.scoring.is_some());
        let content = bid.content.clone();
        let topic = bid.topic.clone();
        loader.later(drafted, move |loader| {
            draft(loader, key, &organization, &topic, &content)
        });
        if submits {
            let organization = bid.organization.clone();
            loader.later(submitted, move |loader| {
                let id = loader.bid(key, &organization)?;
                loader.does::<Submit>(&secretary_of(&organization), id, Empty {})?;
                Ok(())
            });
        }
        if let Some(scoring) = schedule.scoring {
            let start = loader.at(scoring, 14, 0);
            for (who, (reviewer, marks)) in (0i64..).zip(bid.scores.unwrap_or_default()) {
                let organization = bid.organization.clone();
                let at = start + Duration::minutes(i64::from(nth) * 20 + who);
                loader.later(at, move |loader| {
                    score(loader, key, &organization, &reviewer, &marks)
                });
            }
        }
    }
    plan_course(loader, key, &schedule);
}

fn plan_course(loader: &mut Loader, key: &'static str, schedule: &model::Schedule) {
    if let Some(days) = schedule.scoring {
        let opening = loader.at(schedule.opening, 9, 5);
        loader.later(opening, move |loader| {
            let (round, password) = (loader.round(key)?, loader.password.clone());
            let openers = [loader.user("office")?, loader.user("supervisor")?];
            loader.act("office", move |tx, actor| {
                let input = OpeningInput {
                    attendance: "党建部、纪委、各支部代表".to_owned(),
                    keys: ceremony::with_password(tx, &openers, &password)?,
                    ..OpeningInput::default()
                };
                verbs::perform::<Open>(tx, actor, &round, &input).map(drop)
            })?;
            Ok(())
        });
        let scoring = loader.at(days, 9, 0);
        loader.later(scoring, move |loader| start_scoring(loader, key));
    }
    if let Some(days) = schedule.lock {
        let at = loader.at(days, 17, 0);
        loader.later(at, move |loader| {
            let round = loader.round(key)?;
            loader.does::<Lock>("office", round, Empty::default())?;
            Ok(())
        });
    }
    if let Some(days) = schedule.decision {
        let at = loader.at(days, 10, 0);
        let day = crate::clock::local_date(at);
        loader.later(at, move |loader| {
            let round = loader.round(key)?;
            loader.act("secretary", move |tx, actor| {
                let input = DecisionInput {
                    minute_number: format!("党委会纪要〔{}〕3号", chrono::Datelike::year(&day)),
                    minute_date: day,
                    note: None,
                    items: award::presets(tx, round)?,
                    others_as_proposed: false,
                };
                verbs::perform::<award::Decide>(tx, actor, &round, &input)?;
                Ok(())
            })?;
            Ok(())
        });
    }
    if let Some(days) = schedule.publicity {
        let at = loader.at(days, 9, 0);
        loader.later(at, move |loader| {
            let round = loader.round(key)?;
            loader.does::<Publicize>("office", round, Empty::default())?;
            Ok(())
        });
    }
    if let Some(days) = schedule.conclude {
        let at = loader.at(days, 9, 0);
        loader.later(at, move |loader| {
            let round = loader.round(key)?;
            close_failed_topics(loader, round)?;
            loader.does::<Conclude>("office", round, Empty::default())?;
            Ok(())
        });
    }
}

/// Topics nobody bid on end with their round.
fn close_failed_topics(loader: &Loader, round: RoundId) -> Result<()> {
    let input = FailedInput {
        decision: FailedDecision::Close,
        reason: "没有足够的申报，明年视需要再列。".to_owned(),
        lead_bid_id: None,
    };
    for topic in loader.app.db.read_now(move |c| rounds::topics(c, round))? {
        if topic.failed {
            loader.does::<Decide>("office", topic.id, input.clone())?;
        }
    }
    Ok(())
}

fn create(
    loader: &mut Loader,
    key: &str,
    round: &model::Round,
    publish: crate::clock::Instant,
    deadline: crate::clock::Instant,
    opening: crate::clock::Instant,
) -> Result<()> {
    let criteria = round
        .criteria
        .iter()
        .map(|criterion| {
            Ok(CriterionInput {
                name: criterion.name.clone(),
                full_marks: Mark(hundredths(&criterion.full_marks)?),
                description: criterion.description.clone(),
            })
        })
        .collect::<Result<Vec<_>>>()?;
    let input = RoundInput {
        committee_id: None,
        year: round.year,
        title: round.title.clone(),
        guide: round.guide.clone(),
        opens_at: publish,
        deadline,
        opening_at: opening,
        publicity_days: 5,
        contract_days: 320,
        bids_per_lane: 1,
        topics: round
            .topics
            .iter()
            .map(|topic| TopicInput {
                lane: topic.lane,
                title: topic.title.clone(),
                requirements: topic.requirements.clone(),
                quota: topic.quota,
                budget_ceiling: topic.budget_ceiling,
                minimum_bids: topic.minimum_bids,
            })
            .collect(),
        rule: RuleInput {
            criteria,
            ..RuleInput::default()
        },
        acceptance_weights: AcceptanceWeights::default(),
    };
    let id: RoundId = loader.does::<Create>("office", (), input)?.round.id;
    let members = PANEL
        .iter()
        .enumerate()
        .map(|(nth, username)| {
            Ok(SeatInput {
                user_id: loader.user(username)?,
                seat: if nth == 0 { Seat::Chair } else { Seat::Member },
            })
        })
        .collect::<Result<Vec<_>>>()?;
    loader.does::<NamePanel>("office", id, PanelInput { members })?;
    loader.does::<Publish>("office", id, OpenersInput::default())?;
    loader.rounds.insert(key.to_owned(), id);
    let topics = loader.app.db.read_now(|c| rounds::topics(c, id))?;
    for (named, topic) in round.topics.iter().zip(topics) {
        loader
            .topics
            .insert((key.to_owned(), named.key.clone()), topic.id);
    }
    Ok(())
}

fn draft(
    loader: &mut Loader,
    key: &str,
    organization: &str,
    topic: &str,
    content: &Content,
) -> Result<()> {
    let round = loader.round(key)?;
    let topic = loader
        .topics
        .get(&(key.to_owned(), topic.to_owned()))
        .copied();
    let person = |staff: &String| loader.user(staff);
    let leader = content
        .team
        .leader
        .as_ref()
        .filter(|staff| !staff.is_empty())
        .map(person)
        .transpose()?;
    let members = content
        .team
        .members
        .iter()
        .map(person)
        .collect::<Result<Vec<_>>>()?;
    // The plan's days count from the contract: from when it was signed, or a month from today.
    let start = match loader.starts.get(organization) {
        Some(start) if key == "2025" => *start,
        Some(_) | None => loader.today + Duration::days(30),
    };
    let content = BidContent {
        copied_from: None,
        topic_id: topic,
        title: content.title.clone(),
        problem: content.problem.clone(),
        targets: content.targets.clone(),
        plan: content
            .plan
            .iter()
            .map(|step| PlanStep {
                step: step.step,
                starts_on: Some(start + Duration::days(step.days.0)),
                ends_on: Some(start + Duration::days(step.days.1)),
                work: step.work.clone(),
            })
            .collect(),
        team: Team { leader, members },
        track_record: content.track_record.clone(),
        credit: content.credit.clone(),
        capability: content.capability.clone(),
        budget: content.budget.clone(),
        outcomes: content.outcomes.clone(),
    };
    let own = loader.organization(organization)?;
    let input = BidInput {
        organization_id: Some(own),
        content,
    };
    let made = loader.does::<bids::verbs::Create>(organization, round, input)?;
    loader
        .bids
        .insert((key.to_owned(), organization.to_owned()), made.bid.id);
    Ok(())
}

fn start_scoring(loader: &mut Loader, key: &str) -> Result<()> {
    let round = loader.round(key)?;
    loader.does::<StartScoring>("office", round, Empty {})?;
    let of_round = move |c: &mut Conn| seats::of_round(c, round);
    let evaluation = loader.app.db.read_now(of_round)?.id;
    for reviewer in PANEL {
        loader.does::<Undertake>(reviewer, evaluation, DeclarationInput::default())?;
    }
    Ok(())
}

fn score(
    loader: &mut Loader,
    key: &str,
    organization: &str,
    reviewer: &str,
    marks: &[Scored],
) -> Result<()> {
    let (round, bid) = (loader.round(key)?, loader.bid(key, organization)?);
    let marks = marks
        .iter()
        .map(|scored| Ok((Mark(hundredths(&scored.mark)?), scored.comment.clone())))
        .collect::<Result<Vec<_>>>()?;
    loader.act(reviewer, move |tx, actor| {
        let evaluation = seats::of_round(tx, round)?.id;
        let criteria = seats::criteria(tx, evaluation)?;
        if criteria.len() != marks.len() {
            return Err(Error::Internal(anyhow::anyhow!(
                "{} marks for {} criteria",
                marks.len(),
                criteria.len()
            )));
        }
        let input = SheetInput {
            marks: criteria
                .iter()
                .zip(&marks)
                .map(|(criterion, (mark, comment))| MarkInput {
                    criterion_id: criterion.id,
                    mark: Some(*mark),
                    comment: Some(comment.clone()).filter(|text| !text.is_empty()),
                })
                .collect(),
            submit: true,
            notes: None,
        };
        sheet::save(tx, actor, bid, None, &input)
    })?;
    Ok(())
}

/// The objection that waits for its answer.
pub fn plan_objection(loader: &mut Loader, objection: model::Objection) {
    let at = loader.at(-2, 20, 15);
    loader.later(at, move |loader| {
        let round = loader.round(&objection.round)?;
        let bid = objection
            .bid_organization
            .as_deref()
            .map(|organization| loader.bid(&objection.round, organization))
            .transpose()?;
        let input = ObjectionInput {
            anonymous: objection.anonymous,
            name: objection.name.clone(),
            contact: objection.contact.clone(),
            content: format!("{}\n{}", objection.subject, objection.text),
            bid_id: bid,
        };
        loader.system(move |tx| {
            verbs::perform::<Lodge>(tx, &Actor::Visitor, &round, &input).map(drop)
        })?;
        Ok(())
    });
}
