//! Nobody learns marks before the lock.

use super::*;

#[test]
fn nobody_learns_anothers_marks_before_the_lock() {
    let app = TestApp::start();
    let mut body = round_body();
    body["rule"] = json!({ "mark_step": 0.01 });
    let (round, bids, evaluation) = scoring(&app, body);
    round.score_all(&bids[1..]);
    // reviewer2's sheet carries the canaries; one like it is sent back, so that there is an earlier version, too.
    let own = app.api("reviewer2");
    for bid in &bids[..2] {
        let path = format!("/api/v1/bids/{bid}/score_sheet");
        let sheet = own.get(&path).expect(200);
        let marks: Vec<Value> = sheet.json["criteria"]
            .as_array()
            .unwrap()
            .iter()
            .zip(CANARIES)
            .map(|(one, mark)| json!({ "criterion_id": one["id"], "mark": mark, "comment": COMMENT }))
            .collect();
        let body = json!({ "marks": marks, "notes": NOTES, "submit": true });
        own.put(&path, sheet.version(), body).expect(200);
    }
    let sent_back = sheet_of(&app, evaluation, "reviewer2", bids[1]);
    reopen(&app, "reviewer1", &sent_back, "核对").expect(200);
    let sheet = sheet_of(&app, evaluation, "reviewer2", bids[0]);
    let mut world = World::default();
    world.set("round", round.id);
    world.set("evaluation", evaluation);
    world.set("bid", bids[0]);
    world.set("score_sheet", sheet["id"].as_i64().unwrap());
    world.set("user", app.user_id("reviewer2"));

    // There is something to leak: the reviewer sees it, on the page and by API.
    let mine = everything(&app, &world, "reviewer2");
    let telling = mine.iter().filter(|one| tells(&one.text).is_some()).count();
    assert!(telling >= 4, "{telling} of {} tell", mine.len());

    let others = [
        "reviewer1",
        "reviewer3",
        "office",
        "secretary",
        "supervisor",
        "yunwei",
        "yunwei.sj",
        "renhou.sj",
        "sysadmin",
        "secadmin",
        "auditadmin",
    ];
    for who in others {
        let mut seen = 0;
        for answer in everything(&app, &world, who) {
            seen += usize::from(answer.status == 200);
            assert_eq!(tells(&answer.text), None, "{who}: {}", answer.call);
        }
        assert!(seen > 20, "{who} was let in at {seen} places only");
        world.set("score_sheet", sent_back["id"].as_i64().unwrap());
        for path in [
            format!("/api/v1/score_sheets/{}", sent_back["id"]),
            format!("/api/v1/evaluations/{evaluation}/score_sheets?limit=200"),
        ] {
            let answer = app.api(who).get(&path);
            assert_eq!(tells(&answer.text), None, "{who}: {}", answer.call);
        }
        world.set("score_sheet", sheet["id"].as_i64().unwrap());
    }
    // Progress is there all the same.
    let work = app
        .api("reviewer1")
        .get(&format!("/api/v1/evaluations/{evaluation}"))
        .expect(200);
    let line = work.json["progress"]
        .as_array()
        .unwrap()
        .iter()
        .find(|line| line["user_id"] == app.user_id("reviewer2"))
        .unwrap();
    assert_eq!(
        (&line["submitted"], &line["drafts"]),
        (&json!(2), &json!(1))
    );
}
