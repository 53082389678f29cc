//! Whatever there is to see costs the same, however much there is: every `GET` of the table of routes, as the role that
//! is shown most of it, in a company that has little and in one that has much.
//!
//! What always runs has hundreds beside thousands; `BIAOGAN_GROWTH=full` has a thousand bids beside a hundred thousand,
//! 300 in one round beside 10,000, a thousand organizations, people and announcements beside fifty thousand.
//! `BIAOGAN_GROWTH_ONLY=/rounds` looks at addresses that begin so; `BIAOGAN_GROWTH_TABLE` is a file to write figures to.

mod copying;
mod walking;

use std::collections::HashSet;
use std::fmt::Write as _;

use biaogan::routes::Route;
use serde_json::json;

use self::copying::Copier;
use self::walking::{Cost, Lookers, address, shown, there};
use crate::checkpoints::signed;
use crate::support::moments::Moment;
use crate::support::world::World;
use crate::support::{PASSWORD, START, TestApp, TestDatabase, instant};

/// How much of everything there is.
struct Size {
    /// Bids in the round that is looked at.
    box_of: i64,
    /// Bids in another round.
    box_beside: i64,
    rounds: i64,
    /// Organizations, people, announcements.
    others: i64,
}

/// More than a page of each, so that every page is full.
const LITTLE: Size = Size {
    box_of: 240,
    box_beside: 240,
    rounds: 60,
    others: 600,
};
const MUCH: Size = Size {
    box_of: 2_400,
    box_beside: 2_400,
    rounds: 240,
    others: 4_800,
};
const FULL: [Size; 2] = [
    Size {
        box_of: 300,
        box_beside: 500,
        rounds: 70,
        others: 1_000,
    },
    Size {
        box_of: 10_000,
        box_beside: 87_000,
        rounds: 1_000,
        others: 50_000,
    },
];

fn full() -> bool {
    std::env::var("BIAOGAN_GROWTH").is_ok_and(|set| set == "full")
}

fn sizes() -> [Size; 2] {
    if full() { FULL } else { [LITTLE, MUCH] }
}

/// What does not grow with the company is no page: whole files, streams, and what the machine asks.
const LARGE: &[(&str, &str)] = &[
    ("/api/docs", "the description of the whole API"),
    ("/api/openapi.json", "the description of the whole API"),
    (
        "/rounds/{id}/result.json",
        "the whole result, for recomputing it",
    ),
    (
        "/api/v1/rounds/{id}/result.json",
        "the whole result, for recomputing it",
    ),
];

/// Addresses that nobody is shown anything at in any of these moments, and why.
const UNSEEN: &[(&str, &str)] = &[
    (
        "/score_sheets/{id}/paper",
        "corrects an entered paper sheet, of which there is one a sheet",
    ),
    (
        "/rounds/{id}/superseded/{superseded_id}",
        "a result of before; shown as the one that holds",
    ),
    (
        "/api/v1/rounds/{id}/superseded/{superseded_id}",
        "a result of before; shown as the one that holds",
    ),
    (
        "/acceptances/{id}/slips/{code}",
        "codes just handed out, shown once",
    ),
    (
        "/api/v1/acceptances/{id}/slips/{code}",
        "codes just handed out, shown once",
    ),
    ("/vote/{code}", "a ballot, by a code that is spent with it"),
    (
        "/api/v1/vote/{code}",
        "a ballot, by a code that is spent with it",
    ),
];

const MOMENTS: &[Moment] = &[
    Moment::Draft,
    Moment::Sealed,
    Moment::Opened,
    Moment::Scoring,
    Moment::Scored,
    Moment::Publicized,
    Moment::InForce,
    Moment::Accepting,
    Moment::Shown,
];

/// The company at a moment; once its bids are open, two of them are asked to go on as one; once contracts are in force, the
/// supervisor signs the heads.
fn company(moment: Moment) -> (TestDatabase, World) {
    if moment == Moment::InForce {
        return TestDatabase::kept_with("growth_signed", || {
            let (app, mut world) = moment.start();
            let body = signed(&app, &biaogan::audit::checkpoint::fresh_key());
            let by = app.actor("supervisor");
            let signed = by.does("/checkpoints", json!({ "body": body })).done();
            world.note("checkpoint", &signed.json["id"]);
            (app.into_database(), world)
        });
    }
    if moment != Moment::Opened {
        return moment.copy();
    }
    TestDatabase::kept_with("growth_opened", || {
        let (app, mut world) = moment.start();
        let office = app.actor("office");
        let (round, bid) = (world.id("round"), world.id("bid"));
        office
            .does(&format!("/rounds/{round}/similar"), json!({}))
            .done();
        let found = office.reads(&format!("/rounds/{round}/similar"));
        world.note("pair", &found.items()[0]["id"]);
        let asked = json!({
            "lead_bid_id": bid, "partner_bid_ids": [world.id("second_bid")], "statement": "一方看护，一方宣传。",
            "reason": "同一个难题。",
        });
        let joint = office.does(&format!("/rounds/{round}/joint"), asked).done();
        world.note("joint", &joint.json["id"]);
        (app.into_database(), world)
    })
}

/// Copies of a moment's company, so that there is so much of everything.
fn grown(moment: Moment, size: &Size) -> (TestDatabase, World) {
    let (database, world) = company(moment);
    let id = |kind: &str| world.get(kind).and_then(|id| id.parse::<i64>().ok());
    let mut copier = Copier::of(&database);
    let round = id("round").unwrap();
    let below = copier.copy(&[round], None, size.rounds);
    let bids: Vec<i64> = ["bid", "second_bid", "third_bid"]
        .iter()
        .filter_map(|kind| id(kind))
        .collect();
    if let Some(each) = i64::try_from(bids.len()).ok().filter(|each| *each > 0) {
        let beside: Vec<i64> = bids.iter().map(|bid| bid - below).collect();
        copier.copy(&bids, None, size.box_of / each);
        copier.copy(&beside, None, size.box_beside / each);
    }
    if let Some(announcement) = id("announcement") {
        copier.copy(&[announcement], Some(&["announcements"]), size.others);
    }
    let people = [id("organization"), id("user")].into_iter().flatten();
    copier.copy(
        &people.collect::<Vec<i64>>(),
        Some(&[
            "organizations",
            "users",
            "user_roles",
            "user_keys",
            "organization_keys",
            "organization_key_grants",
        ]),
        size.others,
    );
    let reviewer = copier.number("SELECT id AS n FROM users WHERE username = 'reviewer5'");
    copier.copy(&[reviewer], Some(&["users", "user_roles"]), size.others);
    if let Some(organization) = id("organization").filter(|_| !bids.is_empty()) {
        copier.give_away(&bids, organization);
    }
    copier.finish();
    (database, world)
}

fn wanted(route: &Route) -> bool {
    std::env::var("BIAOGAN_GROWTH_ONLY").map_or(true, |only| route.path.starts_with(&only))
}

struct Seen {
    pattern: &'static str,
    path: String,
    role: &'static str,
    costs: Vec<Cost>,
}

/// What each address costs, in the one company and in the other.
fn seen(moment: Moment) -> Vec<Seen> {
    let mut all: Vec<Seen> = Vec::new();
    for (nth, size) in sizes().iter().enumerate() {
        let (database, world) = grown(moment, size);
        let app = TestApp::start_on(database, &moment.later(20), |_| {});
        app.unchecked();
        let lookers = Lookers::at(&app);
        if nth == 0 {
            for route in shown() {
                let path = address(&world, &route);
                if !there(&world, &route) || !wanted(&route) {
                    continue;
                }
                if let Some(role) = lookers.widest(&path) {
                    all.push(Seen {
                        pattern: route.path,
                        path,
                        role,
                        costs: Vec::new(),
                    });
                }
            }
        }
        for seen in &mut all {
            let looks = if full() { 5 } else { 3 };
            seen.costs.push(lookers.cost(seen.role, &seen.path, looks));
        }
    }
    all
}

/// What one address may not do.
fn fault(seen: &Seen) -> Option<String> {
    let [few, many] = seen.costs.as_slice() else {
        panic!("{} was not seen twice", seen.path);
    };
    let large = LARGE.iter().any(|(pattern, _)| *pattern == seen.pattern);
    if many.queries != few.queries {
        return Some(format!("{} queries, then {}", few.queries, many.queries));
    }
    if large {
        return None;
    }
    if many.bytes > 300_000 {
        return Some(format!("{} bytes, then {}", few.bytes, many.bytes));
    }
    // The noise of a machine that does other things besides; the full figures are taken on a quiet one.
    let noise = if full() { 5_000 } else { 20_000 };
    let held = few.cpu + few.cpu / 2 + noise;
    (many.cpu > held).then(|| format!("{} µs of CPU, then {}", few.cpu, many.cpu))
}

fn unmoved(moment: Moment) {
    let seen = seen(moment);
    assert!(!seen.is_empty());
    let mut table = String::new();
    let mut faults = String::new();
    for one in &seen {
        let [few, many] = [one.costs[0], one.costs[1]];
        writeln!(
            table,
            "{moment:?}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}",
            one.pattern,
            one.role,
            few.queries,
            many.queries,
            few.bytes,
            many.bytes,
            few.cpu,
            many.cpu
        )
        .unwrap();
        if let Some(fault) = fault(one) {
            writeln!(faults, "{} as {}: {fault}", one.pattern, one.role).unwrap();
        }
    }
    if let Ok(file) = std::env::var("BIAOGAN_GROWTH_TABLE") {
        std::fs::write(format!("{file}.{moment:?}"), table).unwrap();
    }
    assert!(faults.is_empty(), "in {moment:?}:\n{faults}");
}

/// A test for each moment, so that they run side by side.
macro_rules! moments {
    ($($name:ident: $moment:ident;)+) => {
        $(#[test]
        fn $name() {
            unmoved(Moment::$moment);
        })+
    };
}

moments! {
    nothing_costs_more_while_rounds_are_drafts: Draft;
    nothing_costs_more_while_bids_are_sealed: Sealed;
    nothing_costs_more_once_the_box_is_opened: Opened;
    nothing_costs_more_while_reviewers_score: Scoring;
    nothing_costs_more_once_scores_are_locked: Scored;
    nothing_costs_more_during_the_publicity: Publicized;
    nothing_costs_more_once_contracts_are_in_force: InForce;
    nothing_costs_more_while_projects_are_accepted: Accepting;
    nothing_costs_more_once_others_copy_them: Shown;
}

#[test]
fn every_address_is_looked_at_in_some_moment() {
    let mut left: Vec<Route> = shown();
    for moment in MOMENTS {
        let (database, world) = company(*moment);
        let app = TestApp::start_on(database, &moment.later(20), |_| {});
        let lookers = Lookers::at(&app);
        left.retain(|route| {
            !there(&world, route) || lookers.first(&address(&world, route)).is_none()
        });
    }
    let left: Vec<&str> = left.iter().map(|route| route.path).collect();
    let named: Vec<&str> = UNSEEN.iter().map(|(path, _)| *path).collect();
    assert_eq!(left, named);
}

/// A company that shows something, with so many copies of this.
fn showing(of: &str, table: &str, copies: i64) -> TestApp {
    let (database, world) = company(Moment::Shown);
    let mut copier = Copier::of(&database);
    let id = world.get(of).unwrap().parse::<i64>().unwrap();
    copier.copy(&[id], Some(&[table]), copies);
    copier.finish();
    let app = TestApp::start_on(database, &Moment::Shown.later(20), |_| {});
    app.unchecked();
    app
}

#[test]
fn a_search_goes_on_where_it_stopped_and_finds_all_there_is() {
    let app = showing("announcement", "announcements", 4_400);
    let visitor = app.client();
    // As many copies are newer as are older.
    let title = visitor
        .get("/api/v1/public/announcements?limit=1")
        .expect(200);
    let title = title.items()[0]["title"].as_str().unwrap().to_owned();
    let question: String = form_urlencoded::byte_serialize(title.as_bytes()).collect();
    let (mut found, mut pages, mut cursor) = (HashSet::new(), 0, String::new());
    loop {
        let path = format!("/api/v1/public/search?q={question}&limit=200{cursor}");
        let part = visitor.get(&path).expect(200);
        for hit in part.items() {
            assert!(found.insert(hit["id"].as_i64().unwrap()), "{hit} twice");
        }
        pages += 1;
        match part.json["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(found.len(), 4_401);
    assert!(pages < 30, "{pages} pages");

    // The case lies among the older ones: nothing yet, and where to go on.
    let case = visitor.get("/api/v1/public/cases?limit=1").expect(200);
    let title = case.items()[0]["title"].as_str().unwrap();
    let question: String = form_urlencoded::byte_serialize(title.as_bytes()).collect();
    let path = format!("/api/v1/public/search?q={question}");
    let near = visitor.get(&path).expect(200);
    let next = near.json["next_cursor"]
        .as_str()
        .expect("more to look through");
    assert!(
        near.items().iter().all(|hit| hit["kind"] != "case"),
        "{}",
        near.text
    );
    let further = visitor.get(&format!("{path}&cursor={next}")).expect(200);
    assert!(further.items().iter().any(|hit| hit["kind"] == "case"));
}

#[test]
fn the_lists_of_the_showcase_go_on() {
    let app = showing("case", "cases", 70);
    let office = app.browser("office");
    let first = office.get("/showcase").expect(200).contains("本页 50 个");
    let next = first.text.split_once("/showcase?list=cases&amp;cursor=");
    let (cursor, _) = next.expect("a next page").1.split_once('"').unwrap();
    office
        .get(&format!("/showcase?list=cases&cursor={cursor}"))
        .expect(200)
        .contains("本页 21 个")
        .contains("回到第一页")
        .lacks("示范点<span");
}

#[test]
fn a_decision_lists_the_best_and_what_a_name_finds_and_a_result_its_parts() {
    let (database, world) = grown(Moment::Scored, &LITTLE);
    let app = TestApp::start_on(database, &Moment::Scored.later(20), |_| {});
    app.unchecked();
    let secretary = app.browser("secretary");
    let round = world.id("round");
    let path = format!("/rounds/{round}/decision");
    secretary
        .get(&path)
        .expect(200)
        .contains("没有列出的按排名建议办理")
        .contains("name=\"others_as_proposed\" value=\"true\"")
        .lacks("按名称找到的");
    // The second best of them, and its copies.
    secretary
        .get(&format!("{path}?q=renhou"))
        .expect(200)
        .contains("按名称找到的")
        .contains("items[50][bid_id]");
    secretary
        .get(&format!("/rounds/{round}/result"))
        .expect(200)
        .contains("本页 50 份，共 2")
        .contains("全部列出");
}

#[test]
fn of_many_reviewers_a_form_offers_some_and_finds_the_rest() {
    let (database, world) = grown(Moment::Draft, &LITTLE);
    database.execute(
        "UPDATE users SET name = '欧阳找', folded = '欧阳找' WHERE id = (SELECT MAX(user_id) FROM user_roles \
         WHERE role = 'reviewer')",
    );
    let app = TestApp::start_on(database, &Moment::Draft.later(20), |_| {});
    app.unchecked();
    let office = app.browser("office");
    let found = app
        .api("office")
        .get("/api/v1/users?q=%E6%AC%A7%E9%98%B3%E6%89%BE")
        .expect(200);
    let wanted = found.items()[0]["id"].to_string();
    let round = world.id("round");
    let panel = format!("/rounds/{round}/panel");
    let draw = format!("{panel}/draw");
    let chosen = app.user_id("reviewer2").to_string();
    for (page, ticked) in [(&panel, "members[]"), (&draw, "leave_out[]")] {
        office
            .get(page)
            .expect(200)
            .contains("按姓名或组织找人")
            .lacks("欧阳找");
        let typed = [("find", "欧阳"), ("add", "find"), (ticked, &chosen)];
        let again = office.submit(page, page, &typed).expect(200);
        let at = |value: &str| format!("name=\"{ticked}\" value=\"{value}\"");
        again
            .contains("欧阳找")
            .contains(&format!("{} checked", at(&chosen)))
            .contains(&at(&wanted))
            .lacks(&format!("{} checked", at(&wanted)));
    }
    // By program a page at a time, or by name.
    let pool = format!("/api/v1/rounds/{round}/panel/pool");
    let api = app.api("office");
    let first = api.get(&format!("{pool}?limit=200")).expect(200);
    let cursor = first.json["next_cursor"].as_str().unwrap();
    let next = api
        .get(&format!("{pool}?limit=200&cursor={cursor}"))
        .expect(200);
    assert_ne!(first.json["reviewers"][199], next.json["reviewers"][0]);
    let named = api
        .get(&format!("{pool}?find=%E6%AC%A7%E9%98%B3%E6%89%BE"))
        .expect(200);
    assert_eq!(named.json["reviewers"].as_array().unwrap().len(), 1);
    assert_eq!(named.json["next_cursor"], json!(null));
}

#[test]
fn a_generated_company_has_something_of_everything_and_is_sound() {
    let database = TestDatabase::empty();
    biaogan::db::migrate::up(&database.url).unwrap();
    let app = TestApp::start_on(database, START, |_| {});
    let size = biaogan::generate::Size {
        organizations: 6,
        bids: 48,
        people: 20,
        notices: 3,
        seed: 1,
    };
    // Whenever that is: plans begin where their contracts do.
    let now = instant("2026-11-28T09:00+08:00");
    biaogan::generate::generate(&app.app, &size, PASSWORD, now).unwrap();
    let office = app.actor("office");
    for list in [
        "/rounds",
        "/contracts",
        "/projects",
        "/public/cases",
        "/public/sites",
        "/public/announcements",
    ] {
        let found = office.reads(list);
        assert!(!found.items().is_empty(), "{list} has nothing");
    }
}
