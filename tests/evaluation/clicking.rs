//! The same by clicking.

use super::*;

#[test]
fn it_goes_by_clicking_too() {
    let app = TestApp::start();
    let round = app.round().published();
    let bids = [
        round.submitted_bid("yunwei", 0),
        round.submitted_bid("renhou", 0),
    ];
    round.open();
    let office = app.browser("office");
    let panel = format!("/rounds/{}/panel", round.id);
    office
        .get(&panel)
        .expect(200)
        .contains("马国平")
        .contains("保存名单");
    let started = office
        .submit(&panel, &format!("/rounds/{}/scoring", round.id), &[])
        .expect(303);
    let home = started.header("location").to_owned();
    office.get(&home).expect(200).contains("评分进度");
    for n in 1..=5 {
        let reviewer = app.browser(&format!("reviewer{n}"));
        reviewer.get("/home").expect(200).contains("签署评审承诺");
        reviewer.get(&home).expect(200).contains("评审承诺");
        reviewer
            .submit(&home, &format!("{home}/undertaking"), &[])
            .expect(303);
        reviewer.get(&home).expect(200).contains("开始评分");
        let page = format!("/bids/{}/score", bids[0]);
        let shown = reviewer.get(&page).expect(200).contains("外破隐患发现晚");
        let criteria: Vec<String> = shown
            .text
            .split("[criterion_id]\" value=\"")
            .skip(1)
            .map(|rest| rest.split('"').next().unwrap().to_owned())
            .collect();
        assert_eq!(criteria.len(), 4, "{}", shown.text);
        let fields = |version: &str, marks: [&str; 4], submit: bool| {
            let mut fields = vec![("version".to_owned(), version.to_owned())];
            for (n, (criterion, mark)) in criteria.iter().zip(marks).enumerate() {
                fields.push((format!("marks[{n}][criterion_id]"), criterion.clone()));
                fields.push((format!("marks[{n}][mark]"), mark.to_owned()));
                fields.push((format!("marks[{n}][comment]"), String::new()));
            }
            if submit {
                fields.push(("submit".to_owned(), "true".to_owned()));
            }
            fields
        };
        let post = |path: &str, page: &str, fields: Vec<(String, String)>| {
            let fields: Vec<(&str, &str)> = fields
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str()))
                .collect();
            reviewer.submit(page, path, &fields)
        };
        let auto = post(
            &format!("{page}/autosave"),
            &page,
            fields("0", ["36", "", "", ""], false),
        )
        .expect(200);
        assert_eq!(auto.json["version"], 1);
        post(&page, &page, fields("1", ["41", "17", "13", "22"], true))
            .expect(422)
            .contains("value=\"41\"");
        post(&page, &page, fields("0", ["36", "17", "13", "22"], true)).expect(409);
        let next = post(&page, &page, fields("1", ["36", "17", "13", "22"], true)).expect(303);
        let second = format!("/bids/{}/score", bids[1]);
        assert_eq!(next.header("location"), second);
        let done = post(
            &second,
            &second,
            fields("0", ["30", "14", "12", "18"], true),
        )
        .expect(303);
        assert_eq!(done.header("location"), home);
    }
    let chair = app.browser("reviewer1");
    chair
        .submit(&home, &format!("/rounds/{}/lock", round.id), &[])
        .expect(303);
    let result = format!("/rounds/{}/result", round.id);
    for reader in ["office", "secretary", "supervisor", "reviewer2"] {
        app.browser(reader)
            .get(&result)
            .expect(200)
            .contains("88.00");
    }
    chair
        .get(&format!("/rounds/{}/fairness", round.id))
        .expect(200)
        .contains("评委1");
    let secretary = app.browser("secretary");
    secretary.get("/home").expect(200).contains("决定中标");
    let decision = format!("/rounds/{}/decision", round.id);
    secretary.get(&decision).expect(200).contains("决定中标");
    let (a, b) = (bids[0].to_string(), bids[1].to_string());
    let mut fields = vec![
        ("minute_number", "党委会纪要〔2026〕3号"),
        ("minute_date", "2026-03-21"),
        ("items[0][bid_id]", &a),
        ("items[0][outcome]", "reserve"),
        ("items[1][bid_id]", &b),
        ("items[1][outcome]", "winner"),
    ];
    secretary
        .submit(&decision, &decision, &fields)
        .expect(422)
        .contains("请写明理由");
    fields.push(("items[0][reason]", "统筹安排"));
    fields.push(("items[1][reason]", "统筹安排"));
    secretary.submit(&decision, &decision, &fields).expect(303);
    office
        .submit(&result, &format!("/rounds/{}/publicity", round.id), &[])
        .expect(303);
    let form = format!("/rounds/{}/objection", round.id);
    let visitor = app.visitor();
    visitor.get(&form).expect(200).contains("提出异议");
    visitor
        .post_raw(&form, &[("content", "请核查")])
        .expect(422)
        .contains("请核查");
    let lodged = visitor
        .post_raw(
            &form,
            &[
                ("content", "请核查"),
                ("contact", "13800000000"),
                ("anonymous", "true"),
            ],
        )
        .expect(303);
    visitor.follow(&lodged).expect(200).contains("查询码");
    office.get("/home").expect(200).contains("答复异议");
    let list = format!("/rounds/{}/objections", round.id);
    let shown = office.get(&list).expect(200).contains("13800000000");
    let id = shown
        .text
        .split("/objections/")
        .filter_map(|rest| rest.split("/answer").next()?.parse::<i64>().ok())
        .next()
        .unwrap();
    let action = format!("/objections/{id}/answer");
    office
        .submit(&list, &action, &[("outcome", "rejected")])
        .expect(422);
    office
        .submit(
            &list,
            &action,
            &[("outcome", "rejected"), ("answer", "已核查。")],
        )
        .expect(303);
    visitor.follow(&lodged).expect(200).contains("已核查。");
    app.set_clock("2026-03-31T09:00+08:00");
    app.browser("yunwei")
        .get(&result)
        .expect(200)
        .contains("备选第 1");
}
