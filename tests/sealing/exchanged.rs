//! Whoever can write the database exchanges keys, shares and digests for their own: nothing is sealed to them, nothing is
//! opened by them, and they are named.

use serde_json::json;

use super::opening;
use crate::support::TestApp;

/// Exchanges 32 bytes for others, as they stand in a column.
fn exchange(app: &TestApp, table: &str, column: &str, which: &str) {
    let own = match app.database().url.starts_with("sqlite:") {
        true => "x'09".to_owned() + &"00".repeat(31) + "'",
        false => "'\\x09".to_owned() + &"00".repeat(31) + "'::bytea",
    };
    app.database().execute(&format!(
        "UPDATE {table} SET {column} = {own} WHERE {which}"
    ));
}

fn named(app: &TestApp, table: &str) {
    let found = biaogan::check::run(&app.app.db, &app.app.files).unwrap();
    assert!(
        found
            .iter()
            .any(|line| line.starts_with(&format!("audit: {table} "))),
        "{found:?}"
    );
}

#[test]
fn nothing_is_sealed_to_an_exchanged_key_of_the_round() {
    let app = TestApp::start();
    let round = app.round().published();
    let bid = round.draft_bid("yunwei", 0);
    exchange(
        &app,
        "round_keys",
        "public_key",
        &format!("round_id = {}", round.id),
    );
    let writer = app.actor("yunwei.sj");
    writer.submits(bid).refused(409, "key_exchanged");
    let shown = app
        .api("yunwei.sj")
        .get(&format!("/api/v1/bids/{bid}"))
        .expect(200);
    assert_eq!(shown.json["state"], "draft");
    named(&app, "round_keys");
}

/// Without a key nothing is sealed to nobody, and nothing opens by itself.
#[test]
fn nothing_is_sealed_nor_opened_once_the_key_is_taken_out() {
    let app = TestApp::start();
    let round = app.round().published();
    round.submitted_bid("renhou", 0);
    let bid = round.draft_bid("yunwei", 0);
    app.unchecked();
    app.database().execute(&format!(
        "UPDATE round_keys SET retired_at = made_at WHERE round_id = {}",
        round.id
    ));
    app.actor("yunwei.sj")
        .submits(bid)
        .refused(409, "no_round_key");
    app.set_clock("2026-03-21T09:00+08:00");
    let openers = json!({ "openers": app.present(&["office", "supervisor"]), "attendance": "" });
    app.api("office")
        .post(&round.path("/opening"), openers)
        .refused(409, "no_round_key");
    let shown = app.api("office").get(&round.path("")).expect(200);
    assert_eq!(shown.json["state"], "sealed");
    named(&app, "round_keys");
}

#[test]
fn nothing_is_sealed_to_an_exchanged_key_of_an_organization() {
    let app = TestApp::start();
    let round = app.round().published();
    let bid = round.submitted_bid("yunwei", 0);
    exchange(
        &app,
        "organization_keys",
        "public_key",
        "retired_at IS NULL",
    );
    app.actor("yunwei.sj")
        .submits(bid)
        .refused(409, "key_exchanged");
    named(&app, "organization_keys");
}

#[test]
fn no_share_is_given_to_an_exchanged_key() {
    let app = TestApp::start();
    let round = app.round().with_panel();
    let supervisor = app.user_id("supervisor");
    exchange(
        &app,
        "user_keys",
        "public_key",
        &format!("user_id = {supervisor}"),
    );
    let published = app.api("office").post(&round.path("/publish"), json!({}));
    published.refused(409, "key_exchanged");
    named(&app, "user_keys");
}

/// The trail holds the digest of what was submitted, not the bid's row.
#[test]
fn an_exchanged_submission_is_void_and_named() {
    let app = TestApp::start();
    let round = app.round().published();
    let bid = round.submitted_bid("yunwei", 0);
    let other = round.submitted_bid("yingxiao", 0);
    let sound = round.submitted_bid("renhou", 0);
    app.actor("renhou.sj");
    let database = app.database();
    // Another's payload with its digest, and the keys that open it.
    database.execute(&format!(
        "UPDATE bids SET sealed = (SELECT sealed FROM bids WHERE id = {other}), \
         digest = (SELECT digest FROM bids WHERE id = {other}) WHERE id = {bid}"
    ));
    app.set_clock("2026-03-21T09:00+08:00");
    app.api("office")
        .post(
            &format!("/api/v1/rounds/{}/opening", round.id),
            opening(&["office", "supervisor"]),
        )
        .expect(200);
    let state = |id: i64| {
        let shown = app
            .api("office")
            .get(&format!("/api/v1/bids/{id}"))
            .expect(200);
        shown.json["state"].clone()
    };
    assert_eq!(state(bid), "void");
    assert_eq!(state(other), "opened");
    assert_eq!(state(sound), "opened");
}

/// A bid submitted twice, and put back behind the database's back to what the first submission left.
fn put_back(app: &TestApp) -> (i64, i64) {
    app.unchecked();
    let round = app.round().published();
    let bid = round.submitted_bid("yunwei", 0);
    let database = app.database();
    database.execute("CREATE TABLE old_bids AS SELECT * FROM bids");
    database.execute("CREATE TABLE old_keys AS SELECT * FROM bid_keys");
    app.actor("yunwei.sj").submits(bid).done();
    database.execute(
        "UPDATE bids SET (sealed, digest, version) = \
         (SELECT sealed, digest, version FROM old_bids WHERE old_bids.id = bids.id)",
    );
    database.execute(
        "UPDATE bid_keys SET (by_round, by_organization) = \
         (SELECT by_round, by_organization FROM old_keys WHERE old_keys.bid_id = bid_keys.bid_id)",
    );
    (round.id, bid)
}

fn opened(app: &TestApp, round: i64, bid: i64) -> (serde_json::Value, String) {
    app.set_clock("2026-03-21T09:00+08:00");
    let office = app.api("office");
    let path = format!("/api/v1/rounds/{round}/opening");
    office
        .post(&path, opening(&["office", "supervisor"]))
        .expect(200);
    let state = office.get(&format!("/api/v1/bids/{bid}")).expect(200).json["state"].clone();
    let page = format!("/rounds/{round}/opening");
    let minute = app.browser("office").get(&page).expect(200);
    (state, minute.text)
}

const NEWEST: &str =
    "SELECT id FROM audit_events WHERE verb = 'bid.submit' ORDER BY seq DESC LIMIT 1";

#[test]
fn spoiling_the_newest_submission_brings_no_older_one_back() {
    let app = TestApp::start();
    let (round, bid) = put_back(&app);
    app.database().execute(&format!(
        "UPDATE audit_events SET detail = '{{}}' WHERE id = ({NEWEST})"
    ));
    let (state, minute) = opened(&app, round, bid);
    assert_eq!(state, "void");
    assert!(minute.contains("核对不上"), "{minute}");
}

#[test]
fn that_the_newest_submission_was_taken_out_of_the_trail_stands_in_the_minute() {
    let app = TestApp::start();
    let (round, bid) = put_back(&app);
    let database = app.database();
    database.execute(&format!(
        "DELETE FROM audit_rows WHERE event_id = ({NEWEST})"
    ));
    database.execute(&format!("DELETE FROM audit_events WHERE id = ({NEWEST})"));
    let (_, minute) = opened(&app, round, bid);
    assert!(minute.contains("核对不上"), "{minute}");
}

#[test]
fn of_a_whole_trail_the_minute_says_nothing() {
    let app = TestApp::start();
    let round = app.round().published();
    let bid = round.submitted_bid("yunwei", 0);
    let (state, minute) = opened(&app, round.id, bid);
    assert_eq!(state, "opened");
    assert!(!minute.contains("核对不上"), "{minute}");
}

#[test]
fn a_round_is_not_opened_with_an_exchanged_key() {
    let app = TestApp::start();
    let round = app.round().published();
    round.submitted_bid("yunwei", 0);
    let holder = app.user_id("office");
    app.database().execute(&format!(
        "UPDATE round_key_shares SET seat = 'chair' WHERE user_id = {holder}"
    ));
    app.set_clock("2026-03-21T09:00+08:00");
    app.api("office")
        .post(
            &format!("/api/v1/rounds/{}/opening", round.id),
            opening(&["office", "supervisor"]),
        )
        .refused(409, "key_exchanged");
    named(&app, "round_key_shares");
}
