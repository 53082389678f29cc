//! What grows with the bids is shown in parts: none is lost between them, and what they are counted by is right.

use super::*;
use crate::support::Client;

/// All parts of a list, asked for two rows at a time.
fn walked(client: &Client, path: &str, found: impl Fn(&Value) -> &Value) -> Vec<Value> {
    let (mut rows, mut cursor) = (Vec::new(), String::new());
    loop {
        let part = client.get(&format!("{path}limit=2{cursor}")).expect(200);
        let part = found(&part.json);
        let list = part.get("rows").or_else(|| part.get("assignments"));
        let list = list.unwrap().as_array().unwrap();
        assert!(!list.is_empty() && list.len() <= 2, "{part}");
        rows.extend(list.iter().map(|row| row["bid_id"].clone()));
        match part["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return rows,
        }
    }
}

#[test]
fn work_goes_on_where_a_page_of_it_ended() {
    let app = TestApp::start();
    let scored = scoring(&app);
    let (one, path) = (
        app.api("reviewer1"),
        format!("/api/v1/evaluations/{}", scored.evaluation),
    );
    let whole = one.get(&path).expect(200);
    let order: Vec<Value> = whole.json["assignments"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["bid_id"].clone())
        .collect();
    assert_eq!(order.len(), 5);
    assert!(whole.json["next_cursor"].is_null());
    assert_eq!(walked(&one, &format!("{path}?"), |json| json), order);
    one.get(&format!("{path}?cursor=made-up")).invalid("cursor");

    // The third of five, then what is next from the last one on.
    scored.submit(1, 0, GOOD);
    let browser = app.browser("reviewer1");
    let page = |bid: &Value| browser.get(&format!("/bids/{bid}/score")).expect(200);
    page(&order[2])
        .contains("第 3 份，共 5 份，还有 4 份")
        .contains(&format!("href=\"/bids/{}/score\" data-next", order[3]))
        .contains(&format!("href=\"/bids/{}/score\" data-previous", order[1]));
    page(&order[4]).contains(&format!("href=\"/bids/{}/score\" data-next", order[1]));
    let shown = one.get(&path).expect(200);
    assert_eq!(shown.json["assigned"], 5);
    assert_eq!(shown.json["submitted"], 1);
    browser
        .get(&format!("/evaluations/{}", scored.evaluation))
        .expect(200)
        .contains("1 / 5 份已提交")
        .contains(&format!("href=\"/bids/{}/score\">继续评下一份", order[1]));
}

#[test]
fn a_bid_found_void_is_no_longer_counted() {
    let app = TestApp::start();
    let scored = scoring(&app);
    scored.submit(1, 0, GOOD);
    app.api("office")
        .post(
            &format!("/api/v1/bids/{}/void", scored.bids[0]),
            json!({ "reason": "业绩造假。" }),
        )
        .expect(200);
    let path = format!("/api/v1/evaluations/{}", scored.evaluation);
    let shown = app.api("reviewer1").get(&path).expect(200);
    assert_eq!(shown.json["assigned"], 4, "{}", shown.text);
    assert_eq!(shown.json["submitted"], 0);
    let chair = &shown.json["progress"][0];
    assert_eq!(
        (&chair["assigned"], &chair["submitted"]),
        (&json!(4), &json!(0))
    );
}

#[test]
fn a_ranking_goes_on_and_what_is_not_named_is_decided_as_it_proposes() {
    let app = TestApp::start();
    let scored = scoring(&app);
    scored.all([GOOD, FAIR, WEAK, GOOD, FAIR]);
    scored.office("/lock").expect(200);
    let secretary = app.api("secretary");
    let result = scored.round.path("/result");
    let whole = secretary.get(&result).expect(200);
    let first = &whole.json["topics"][0];
    let order: Vec<Value> = scored
        .rows(0)
        .iter()
        .map(|row| row["bid_id"].clone())
        .collect();
    assert_eq!(first["count"], 3, "{}", whole.text);
    let of_topic = format!("{result}?topic_id={}&", first["id"]);
    let rows = walked(&secretary, &of_topic, |json| &json["topics"][0]);
    assert_eq!(rows, order);
    secretary
        .get(&format!("{result}?cursor={}", "1-00000000"))
        .invalid("cursor");
    let part = secretary.get(&format!("{of_topic}limit=1")).expect(200);
    let next = part.json["topics"][0]["next_cursor"].as_str().unwrap();
    secretary
        .get(&format!("{result}?cursor={next}"))
        .invalid("topic_id");
    app.browser("secretary")
        .get(&format!(
            "/rounds/{}/result?topic_id={}&cursor={next}",
            scored.round.id, first["id"]
        ))
        .expect(200)
        .contains("本页 2 份，共 3 份")
        .contains("回到第一页");

    // Each that is not named follows the ranking; without a word about them they are missing.
    let body = |others: bool| {
        json!({
            "minute_number": "党委会纪要〔2026〕3号", "minute_date": "2026-03-21", "items": [],
            "others_as_proposed": others,
        })
    };
    let path = scored.round.path("/decision");
    secretary.post(&path, body(false)).invalid("items");
    secretary.post(&path, body(true)).expect(200);
    let outcomes: Vec<Value> = scored
        .rows(0)
        .iter()
        .map(|row| row["outcome"].clone())
        .collect();
    assert_eq!(outcomes, ["winner", "reserve", "rejected"]);
}

#[test]
fn whoever_bids_finds_their_own_wherever_it_stands() {
    let app = TestApp::start();
    let scored = scoring(&app);
    scored.publicized();
    let path = format!("{}?limit=1", scored.round.path("/result"));
    for (branch, bid) in [("yunwei", 0), ("renhou", 1), ("yingxiao", 2)] {
        let shown = app.api(branch).get(&path).expect(200);
        let rows = shown.json["topics"][0]["rows"].as_array().unwrap();
        let own = rows.iter().find(|row| row["bid_id"] == scored.bids[bid]);
        let own = own.unwrap_or_else(|| panic!("{branch}: {}", shown.text));
        assert!(!own["sheets"].as_array().unwrap().is_empty(), "{own}");
        assert_eq!(shown.json["topics"][0]["count"], 3);
    }
}
