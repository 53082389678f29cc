//! Other committees in the same tree: nobody's list or to-do is shorter, or dearer, because others have more.

use biaogan::db::Tx;
use biaogan::db::schema::{evaluations, organizations, rounds};
use biaogan::ids::{EvaluationId, OrganizationId, RoundId};
use biaogan::rounds::Round;
use biaogan::seats::Evaluation;
use diesel::prelude::*;

use crate::support::TestApp;
use crate::support::moments::Moment;

const MANY: i64 = 300;

/// So many committees beside ours, each with a copy of our round: older ones and newer ones, in whatever state ours is.
fn found_neighbours(tx: &mut Tx, round: RoundId) {
    let ours: Round = rounds::table
        .find(round)
        .select(Round::as_select())
        .first(&mut **tx)
        .unwrap();
    let evaluation: Evaluation = evaluations::table
        .filter(evaluations::round_id.eq(round))
        .select(Evaluation::as_select())
        .first(&mut **tx)
        .unwrap();
    for n in 0..MANY {
        // Half of them sort before ours, half after.
        let shift = if n % 2 == 0 {
            -1_000_000 - n
        } else {
            1_000_000 + n
        };
        let committee = OrganizationId(ours.committee_id.0 + shift);
        diesel::insert_into(organizations::table)
            .values((
                organizations::id.eq(committee),
                organizations::committee_id.eq(committee),
                organizations::kind.eq("committee"),
                organizations::name.eq(format!("邻县第{n}党委")),
                organizations::short_name.eq(format!("邻县{n}")),
                organizations::code.eq(format!("N-{n}")),
                organizations::code_key.eq(format!("n-{n}")),
                organizations::position.eq(n),
                organizations::path.eq(format!("/{committee}/")),
                organizations::disabled.eq(false),
                organizations::version.eq(1),
                organizations::created_at.eq(ours.created_at),
                organizations::updated_at.eq(ours.created_at),
            ))
            .execute(&mut **tx)
            .unwrap();
        let theirs = Round {
            id: RoundId(ours.id.0 + shift),
            committee_id: committee,
            ..ours.clone()
        };
        diesel::insert_into(rounds::table)
            .values(&theirs)
            .execute(&mut **tx)
            .unwrap();
        let judged = Evaluation {
            id: EvaluationId(evaluation.id.0 + shift),
            committee_id: committee,
            round_id: Some(theirs.id),
            ..evaluation.clone()
        };
        diesel::insert_into(evaluations::table)
            .values(&judged)
            .execute(&mut **tx)
            .unwrap();
    }
}

/// What is said to wait for somebody, by where it leads, and the queries it took.
fn waiting(app: &TestApp, who: &str) -> (Vec<String>, usize) {
    let browser = app.browser(who);
    let mut lines = Vec::new();
    let mut visit = || {
        let home = browser.get("/home").expect(200).text;
        let links = home
            .split("<a ")
            .filter_map(|link| link.split_once("href=\""));
        lines = links
            .filter_map(|(_, rest)| rest.split('"').next())
            .map(str::to_owned)
            .collect();
    };
    // Now and then a session is marked as used.
    let cost = (0..4).map(|_| app.queries(&mut visit)).min().unwrap();
    (lines, cost)
}

const PEOPLE: &[&str] = &[
    "office",
    "secretary",
    "supervisor",
    "reviewer1",
    "reviewer2",
    "yunwei.sj",
    "yunwei",
];

const LISTS: &[&str] = &["/api/v1/rounds", "/api/v1/contracts", "/api/v1/projects"];

fn unmoved(moment: Moment) {
    let (app, world) = moment.start();
    app.unchecked();
    let seen = |who: &&str| {
        let lists: Vec<String> = LISTS
            .iter()
            .map(|list| app.api(who).get(list).text)
            .collect();
        (waiting(&app, who), lists)
    };
    let before: Vec<_> = PEOPLE.iter().map(seen).collect();
    let round = RoundId(world.id("round"));
    app.app
        .db
        .write_now(move |tx| {
            found_neighbours(tx, round);
            Ok(())
        })
        .unwrap();
    let there: i64 = app
        .app
        .db
        .read_now(|c| Ok(rounds::table.count().get_result(c)?))
        .unwrap();
    assert!(there > MANY, "{there} rounds");
    for (who, before) in PEOPLE.iter().zip(before) {
        assert_eq!(before, seen(who), "{who} in {moment:?}");
    }
}

#[test]
fn nothing_vanishes_from_a_list_while_three_hundred_others_write_their_rounds() {
    unmoved(Moment::Draft);
}

#[test]
fn nothing_vanishes_while_three_hundred_others_score() {
    unmoved(Moment::Scoring);
}

#[test]
fn nothing_vanishes_while_three_hundred_others_post_their_results() {
    unmoved(Moment::Publicized);
}

#[test]
fn nothing_vanishes_while_three_hundred_others_build() {
    unmoved(Moment::InForce);
}
