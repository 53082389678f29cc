//! Comments that are owed, sheets that are printed.

use super::*;

#[test]
fn comments_are_owed_below_60_and_above_95_percent() {
    let app = TestApp::start();
    let (_, bids, _) = scoring(&app, round_body());
    let own = app.api("reviewer2");
    let path = format!("/api/v1/bids/{}/score_sheet", bids[0]);
    let sheet = own.get(&path).expect(200);
    let criteria = sheet.json["criteria"].as_array().unwrap().clone();
    // 40, 20, 15, 25: the limits themselves need no comment, half a mark beyond them does.
    let at_the_limits = [38.0, 12.0, 9.0, 23.5];
    let cases: [(usize, f64, bool); 8] = [
        (0, 23.5, true),
        (0, 24.0, false),
        (0, 38.0, false),
        (0, 38.5, true),
        (1, 11.5, true),
        (1, 19.0, false),
        (1, 19.5, true),
        (2, 0.0, true),
    ];
    let body = |nth: usize, mark: f64, comment: &str, submit: bool| {
        let marks: Vec<Value> = criteria
            .iter()
            .zip(at_the_limits)
            .enumerate()
            .map(|(n, (one, usual))| match n == nth {
                true => json!({ "criterion_id": one["id"], "mark": mark, "comment": comment }),
                false => json!({ "criterion_id": one["id"], "mark": usual }),
            })
            .collect();
        json!({ "marks": marks, "submit": submit })
    };
    let mut version = sheet.version();
    for (nth, mark, owed) in cases {
        let field = format!("marks[{nth}][comment]");
        if owed {
            for comment in ["", "   ", "\n"] {
                own.put(&path, version, body(nth, mark, comment, true))
                    .invalid(&field);
            }
            // A draft may wait for it.
            if version == 0 {
                version = own
                    .put(&path, version, body(nth, mark, "", false))
                    .expect(200)
                    .version();
            }
        }
        let comment = if owed {
            "材料与实地情况不符。"
        } else {
            ""
        };
        version = own
            .put(&path, version, body(nth, mark, comment, true))
            .expect(200)
            .version();
    }
    // The page says so beside the field and keeps what was typed.
    let page = app.browser("reviewer3");
    let form_path = format!("/bids/{}/score", bids[0]);
    let token = page.csrf(&form_path);
    let ids: Vec<String> = criteria.iter().map(|one| one["id"].to_string()).collect();
    let mut fields = vec![
        ("csrf", token.as_str()),
        ("version", "0"),
        ("submit", "true"),
    ];
    let names: Vec<(String, String)> = (0..4)
        .map(|n| {
            (
                format!("marks[{n}][criterion_id]"),
                format!("marks[{n}][mark]"),
            )
        })
        .collect();
    for ((id_name, mark_name), (id, mark)) in
        names.iter().zip(ids.iter().zip(["10", "15", "12", "20"]))
    {
        fields.push((id_name, id));
        fields.push((mark_name, mark));
    }
    page.post_raw(&form_path, &fields)
        .expect(422)
        .contains("“方案优劣”低于满分的 60% 或高于 95%，请写理由。")
        .contains("value=\"10\"");
}

#[test]
fn sheets_are_printed_blank_and_filled() {
    let app = TestApp::start();
    let (round, bids, evaluation) = scoring(&app, round_body());
    let blank = format!("/evaluations/{evaluation}/blank_sheets");
    let office = app.browser("office");
    let all = office
        .get(&blank)
        .expect(200)
        .contains("yunwei 的项目")
        .contains("评委（签名）");
    assert_eq!(all.text.matches("class=\"paper sheet\"").count(), 3);
    let two = office.get(&format!("{blank}?limit=2")).expect(200);
    assert_eq!(two.text.matches("class=\"paper sheet\"").count(), 2);
    let next = two
        .text
        .split("href=\"")
        .find(|rest| rest.contains("cursor="));
    let next = next
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .replace("&amp;", "&");
    let rest = office.get(&next).expect(200).lacks("下一批");
    assert_eq!(rest.text.matches("class=\"paper sheet\"").count(), 1);
    app.browser("office")
        .get(&format!("/evaluations/{evaluation}"))
        .expect(200)
        .contains("打印空白评分表");
    // A reviewer prints what is theirs to mark, and once begun the own sheet as it stands.
    app.browser("reviewer2").get(&blank).expect(200);
    let own = format!("/bids/{}/score/print", bids[0]);
    app.browser("reviewer2").get(&own).expect(404);
    round.score("reviewer2", bids[0], 80.0).expect(200);
    app.browser("reviewer2")
        .get(&own)
        .expect(200)
        .contains("80.00")
        .contains("材料扎实");
    app.browser("reviewer3").get(&own).expect(404);
    app.browser("office").get(&own).expect(403);
    app.browser("yunwei").get(&blank).expect(403);
}
