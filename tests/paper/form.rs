//! The form.

use super::*;

/// The fields of the form, as a browser sends them.
fn fields(reviewer: i64, bid: i64, marks: &Value, notes: &str) -> Vec<(String, String)> {
    let mut fields = vec![
        ("reviewer_id".to_owned(), reviewer.to_string()),
        ("bid_id".to_owned(), bid.to_string()),
        ("notes".to_owned(), notes.to_owned()),
    ];
    for (n, one) in marks.as_array().unwrap().iter().enumerate() {
        fields.push((
            format!("marks[{n}][criterion_id]"),
            one["criterion_id"].to_string(),
        ));
        fields.push((format!("marks[{n}][mark]"), one["mark"].to_string()));
        let comment = one["comment"].as_str().unwrap_or_default();
        fields.push((format!("marks[{n}][comment]"), comment.to_owned()));
    }
    fields
}

#[test]
fn the_form_leads_from_reviewer_to_bid_to_marks_and_keeps_what_was_typed() {
    let app = TestApp::start();
    let (_, bids, evaluation) = scoring(&app, round_body());
    let office = app.browser("office");
    let page = format!("/evaluations/{evaluation}/paper_sheets/new");
    office
        .get(&format!("/evaluations/{evaluation}"))
        .expect(200)
        .contains(&page);
    office
        .get(&format!("/evaluations/{evaluation}/score_sheets"))
        .expect(200)
        .contains(&page);
    let reviewer = app.user_id("reviewer3");
    office
        .get(&page)
        .expect(200)
        .contains(&format!("<option value=\"{reviewer}\""))
        .lacks("multipart/form-data");
    let second = format!("{page}?reviewer_id={reviewer}");
    office
        .get(&second)
        .expect(200)
        .contains(&format!("<option value=\"{}\"", bids[0]))
        .lacks("multipart/form-data");
    let third = format!("{second}&bid_id={}", bids[0]);
    office
        .get(&third)
        .expect(200)
        .contains("multipart/form-data")
        .contains("marks[3][mark]")
        .contains("严禁上传涉密信息");
    let action = format!("/evaluations/{evaluation}/paper_sheets");
    let post = |action: &str, token: &str, fields: &[(String, String)], name: &str, scan: &[u8]| {
        let mut all = vec![("csrf", token)];
        all.extend(
            fields
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str())),
        );
        let (kind, body) = multipart(&all, name, "application/pdf", scan);
        office.send("POST", action, &[("Content-Type", &kind)], &body)
    };
    let token = office.csrf(&third);
    let sound = marks(&app, "reviewer3", bids[0], 80.0);
    let mut low = sound.clone();
    low[0]["mark"] = json!(7.5);
    low[0]["comment"] = json!("");
    let typed = fields(reviewer, bids[0], &low, "总的还可以");
    post(&action, &token, &typed, "a.pdf", SCAN)
        .expect(422)
        .contains("“方案优劣”低于满分的 60% 或高于 95%，请写理由。")
        .contains("value=\"7.5\"")
        .contains("总的还可以")
        .contains("材料扎实");
    let typed = fields(reviewer, bids[0], &sound, "总的还可以");
    post(&action, &token, &typed, "", b"")
        .expect(422)
        .contains("请上传签名的纸质评分表的扫描件")
        .contains("总的还可以");
    post(&action, &token, &typed, "a.txt", "文字".as_bytes())
        .expect(415)
        .contains("可以上传PDF、JPEG 和 PNG")
        .contains("总的还可以")
        .contains("材料扎实");
    post(&action, "no token", &typed, "a.pdf", SCAN).expect(403);
    let done = post(&action, &token, &typed, "a.pdf", SCAN).expect(303);
    assert_eq!(done.header("location"), second);
    office
        .follow(&done)
        .expect(200)
        .contains("已代录并计入")
        .lacks(&format!("<option value=\"{}\"", bids[0]));
    // Entered meanwhile: said on the form, and nothing typed is lost.
    post(&action, &token, &typed, "a.pdf", SCAN)
        .expect(409)
        .contains("这份评分表已经代录过")
        .contains("总的还可以");

    let sheet = sheet_of(&app, evaluation, "reviewer3", bids[0]);
    let own_page = format!("/score_sheets/{}", sheet["id"]);
    let reviewer_browser = app.browser("reviewer3");
    reviewer_browser
        .get(&own_page)
        .expect(200)
        .contains("纸质代录")
        .contains("看扫描件")
        .contains("提出异议");
    let dispute = format!("{own_page}/dispute");
    reviewer_browser
        .submit(&own_page, &dispute, &[("reason", "")])
        .expect(422)
        .contains("提出异议");
    tick(&app);
    reviewer_browser
        .submit(&own_page, &dispute, &[("reason", "第二项与原件不符")])
        .expect(303);
    office
        .get(&own_page)
        .expect(200)
        .contains("更正代录")
        .contains("第二项与原件不符");
    // Entered again on a page that shows what was entered.
    let again = format!("{own_page}/paper");
    let shown = office
        .get(&again)
        .expect(200)
        .contains("材料扎实")
        .contains("第二项与原件不符");
    let (_, rest) = shown.text.split_once("name=\"version\" value=\"").unwrap();
    let version = rest.split('"').next().unwrap().to_owned();
    let mut change = fields(reviewer, bids[0], &sound, "核对以后");
    change.drain(..2);
    change.push(("version".to_owned(), version));
    let mut whole = change.clone();
    whole.push(("reason".to_owned(), "录错一行".to_owned()));
    post(&again, &token, &change, "", b"")
        .expect(422)
        .contains("核对以后");
    tick(&app);
    let done = post(&again, &token, &whole, "", b"").expect(303);
    tick(&app);
    office
        .follow(&done)
        .expect(200)
        .contains("已更正代录")
        .contains("录错一行");
    let confirm = format!("{own_page}/confirm");
    reviewer_browser
        .submit(&own_page, &confirm, &[])
        .expect(303);
    reviewer_browser
        .get(&own_page)
        .expect(200)
        .contains("确认无误");
    assert_eq!(
        verbs(&app, &sheet),
        [
            "sheet.enter",
            "sheet.dispute",
            "sheet.correct",
            "sheet.confirm"
        ]
    );
}
