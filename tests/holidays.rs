//! The holiday table: whose it is, what it holds, and what waits for a year that is missing.

use biaogan::calendar::Holidays;
use serde_json::{Value, json};

use crate::support::TestApp;

const PATH: &str = "/api/v1/holidays/2027";

fn notice() -> Value {
    json!({ "days": [
        { "date": "2027-01-01", "working": false, "name": "元旦" },
        { "date": "2027-10-01", "working": false, "name": "国庆节" },
        { "date": "2027-10-02", "working": false, "name": "国庆节" },
        { "date": "2027-10-09", "working": true, "name": "国庆节调休上班" },
    ] })
}

#[test]
fn the_table_comes_with_the_built_in_years() {
    let app = TestApp::start();
    let table = app.app.db.read_now(biaogan::holidays::table).unwrap();
    assert_eq!(*table, Holidays::built_in().unwrap());
    let after = |from: &str, days: i64| {
        let from = from.parse().unwrap();
        let found = app
            .app
            .db
            .read_now(|c| biaogan::holidays::working_days_after(c, from, days));
        found.unwrap().to_string()
    };
    assert_eq!(after("2026-02-11", 5), "2026-02-25");
    assert_eq!(after("2026-09-29", 5), "2026-10-12");
    let year = app.api("office").get("/api/v1/holidays/2026").expect(200);
    assert_eq!(year.version(), 1);
    assert_eq!(year.json["days"][0]["name"], "元旦");
}

#[test]
fn a_year_is_entered_by_the_top_office_or_the_system_administrator_on_its_version() {
    let app = TestApp::start();
    let (office, admin) = (app.api("office"), app.api("sysadmin"));
    for who in ["yunwei", "reviewer1", "secretary", "supervisor", "secadmin"] {
        app.api(who).get(PATH).refused(403, "role_required");
        app.api(who)
            .put(PATH, 0, notice())
            .refused(403, "role_required");
    }
    let before = office.get(PATH).expect(200);
    assert_eq!(before.version(), 0);
    office.get("/api/v1/holidays/1999").expect(404);
    let wrong = |days: Value| office.put(PATH, 0, json!({ "days": days })).invalid("days");
    wrong(json!([{ "date": "2027-10-01", "working": true, "name": "国庆节" }]));
    wrong(json!([{ "date": "2027-01-01", "working": false, "name": "元旦" }]));
    wrong(json!([{ "date": "2026-10-01", "working": false, "name": "国庆节" }]));
    let day = json!({ "date": "2027-10-01", "working": false, "name": "国庆节" });
    wrong(json!([day, day]));

    let entered = office.put(PATH, 0, notice()).expect(200);
    assert_eq!(entered.version(), 1);
    // The Saturday is no deviation.
    assert_eq!(entered.json["days"].as_array().unwrap().len(), 3);
    office
        .put(PATH, 0, notice())
        .refused(409, "version_conflict");
    admin.put(PATH, 1, notice()).expect(200);
    let events = app
        .api("auditadmin")
        .get("/api/v1/audit?subject=holidays:2027")
        .expect(200);
    assert_eq!(events.items().len(), 2, "{}", events.text);
    assert_eq!(events.items()[0]["verb"], "holidays.change");

    let database = app.database();
    database.execute("DELETE FROM holidays WHERE day = '2027-01-01'");
    let findings = app.findings();
    assert_eq!(findings.len(), 1, "{findings:?}");
    assert!(findings[0].contains("2027"), "{findings:?}");
    app.unchecked();
}

#[test]
fn the_page_takes_a_pasted_notice_and_shows_both_versions() {
    let app = TestApp::start();
    let office = app.browser("office");
    let page = "/calendar?year=2027";
    office
        .get("/calendar?year=2026")
        .expect(200)
        .contains("随系统提供")
        .contains("国庆节调休上班");
    office
        .get(page)
        .expect(200)
        .contains("还没有 2027 年的放假安排");
    let paste = |version: &str, days: &str| {
        office.submit(
            page,
            "/calendar/2027",
            &[("version", version), ("days", days)],
        )
    };
    paste("0", "元旦放三天\n10月1日 休 国庆节")
        .expect(422)
        .contains("第 1 行看不懂")
        .contains("元旦放三天");
    paste(
        "0",
        "1月1日 休 元旦\n2027/10/1至2027/10/7,休,国庆节\n10月9日 班",
    )
    .expect(303);
    office
        .get(page)
        .expect(200)
        .contains("2027-10-01至2027-10-07 休 国庆节")
        .contains("10月9日");
    paste("0", "10月1日 休 国庆节甲")
        .expect(409)
        .contains("国庆节甲")
        .contains("2027-10-01至2027-10-07 休 国庆节");
    app.browser("sysadmin").get(page).expect(200);
    app.browser("yunwei").get(page).expect(403);
}

#[test]
fn publicity_waits_for_a_missing_year() {
    let app = TestApp::start();
    let round = app.round().published();
    let bids = [round.submitted_bid("yunwei", 0)];
    round.open();
    round.start_scoring();
    round.score_all(&bids);
    round.decide();
    // Five working days and five more for an answer reach into the new year.
    app.set_clock("2026-12-21T09:00+08:00");
    let office = app.api("office");
    let posted = || office.post(&round.path("/publicity"), json!({}));
    posted().refused(409, "holiday_year_missing");
    let page = format!("/rounds/{}/result", round.id);
    app.browser("office")
        .get(&page)
        .expect(200)
        .contains("节假日表缺少 2027 年");
    app.browser("office")
        .get("/calendar")
        .expect(200)
        .contains("缺少 2027 年的放假安排");
    office.put(PATH, 0, notice()).expect(200);
    let until = posted().expect(200).json["publicity_until"].clone();
    assert_eq!(until, "2026-12-28");

    // A year that dates fall in is missed by the invariants too.
    let database = app.database();
    database.execute("DELETE FROM holidays WHERE day BETWEEN '2026-01-01' AND '2026-12-31'");
    database.execute("DELETE FROM holiday_years WHERE year = 2026");
    let findings = app.findings();
    assert_eq!(findings.len(), 1, "{findings:?}");
    assert!(findings[0].contains("lacks 2026"), "{findings:?}");
    app.unchecked();
}
