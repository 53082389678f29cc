//! Pages, files, and what waits for whom.

use super::*;

#[test]
fn the_pages_show_the_step_and_keep_what_was_typed() {
    let (app, path) = project();
    let page = format!("/projects/{}", id_of(&path));
    let ours = app.browser("yunwei");
    ours.get("/projects")
        .expect(200)
        .contains("平安“365”安全管控机制")
        .contains("计划立项");
    ours.get(&page)
        .expect(200)
        .contains("提交核查")
        .contains("违章率")
        .lacks("退回原因");
    let write = format!("{page}/steps/initiation");
    ours.submit(
        &page,
        &write,
        &[("version", "1"), ("evidence", "第一稿"), ("act", "save")],
    )
    .expect(303);
    ours.get(&page).expect(200).contains("第一稿");
    ours.submit(
        &page,
        &write,
        &[("version", "1"), ("evidence", "第二稿"), ("act", "save")],
    )
    .expect(409)
    .contains("第一稿")
    .contains("第二稿");
    ours.submit(
        &page,
        &write,
        &[("version", "2"), ("evidence", ""), ("act", "submit")],
    )
    .expect(422)
    .contains("请写明这一步做了什么");
    let sent = ours.submit(
        &page,
        &write,
        &[("version", "2"), ("evidence", "第三稿"), ("act", "submit")],
    );
    ours.follow(&sent.expect(303))
        .expect(200)
        .contains("等党委党建部核查")
        .contains("第三稿");
    let office = app.browser("office");
    office
        .get(&page)
        .expect(200)
        .contains("核查意见")
        .contains("第三稿");
    office
        .submit(
            &page,
            &format!("{write}/return"),
            &[("version", "3"), ("reason", "")],
        )
        .expect(422);
    office
        .submit(
            &page,
            &format!("{write}/return"),
            &[("version", "3"), ("reason", "缺分工表")],
        )
        .expect(303);
    ours.get(&page).expect(200).contains("缺分工表");
    app.set_clock("2026-04-06T09:00+08:00");
    ours.get(&page)
        .expect(200)
        .contains("逾期 17 天，由归口部门督促");
    ours.get("/projects?overdue=true")
        .expect(200)
        .contains("逾期 17 天");
    ours.get(&format!("{page}?step=breakdown"))
        .expect(200)
        .contains("还没有开始");
    app.browser("yingxiao").get(&page).expect(404);
}

#[test]
fn files_of_a_step_are_read_by_those_who_see_the_project() {
    let (app, path) = project();
    let page = format!("/projects/{}", id_of(&path));
    let id = step(&app.api("yunwei").get(&path).expect(200).json, "initiation")["id"].clone();
    let ours = app.browser("yunwei");
    let token = ours.csrf(&page);
    let (kind, body) = crate::support::multipart(
        &[("csrf", &token)],
        "分工表.pdf",
        "application/pdf",
        b"%PDF-1.4\n%%EOF",
    );
    ours.send(
        "POST",
        &format!("/steps/{id}/attachments"),
        &[("Content-Type", &kind)],
        &body,
    )
    .expect(303);
    let shown = app.api("office").get(&path).expect(200).json;
    let file = &step(&shown, "initiation")["files"][0];
    assert_eq!(file["name"], "分工表.pdf");
    let file = &file["id"];
    app.api("office")
        .get(&format!("/api/v1/attachments/{file}"))
        .expect(200);
    app.api("yingxiao")
        .get(&format!("/api/v1/attachments/{file}"))
        .refused(404, "not_found");
}

/// Whoever takes a file off comes back to the page they came from, if it is one of this site.
#[test]
fn who_takes_a_file_off_stays_on_the_site() {
    let (app, path) = project();
    let page = format!("/projects/{}", id_of(&path));
    let program = app.api("yunwei");
    let id = step(&program.get(&path).expect(200).json, "initiation")["id"].clone();
    let ours = app.browser("yunwei");
    let token = format!("csrf={}", ours.csrf(&page));
    let back_from = |referer: &str| {
        let to = format!("/api/v1/steps/{id}/attachments");
        let file = program.upload(&to, "a.txt", "text/plain", b"a").expect(201);
        let headers = [
            ("Content-Type", "application/x-www-form-urlencoded"),
            ("Referer", referer),
        ];
        let remove = format!("/attachments/{}/remove", file.id());
        let removed = ours.send("POST", &remove, &headers, token.as_bytes());
        removed.expect(303).header("location").to_owned()
    };
    let own = app.url.clone();
    assert_eq!(back_from(&format!("{own}{page}")), page);
    assert_eq!(back_from("https://evil.example/x"), "/home");
    assert_eq!(
        back_from(&format!("{own}//evil.example/x")),
        "/evil.example/x"
    );
}

#[test]
fn home_says_what_waits_for_whom() {
    let (app, round) = TestApp::concluded(&["yunwei"]);
    let contract = drafted(&app, round)[0].clone();
    let home = |who: &str| app.browser(who).get("/home").expect(200);
    home("yunwei.sj").contains("签署合同：平安“365”安全管控机制");
    home("secretary").lacks("签署合同");
    app.sign_both("yunwei.sj", &contract);
    home("yunwei.sj").lacks("签署合同");
    home("yunwei").contains("提交“计划立项”的材料");
    home("yingxiao").lacks("计划立项");
    app.set_clock("2026-04-10T09:00+08:00");
    home("office").lacks("督办");
    app.set_clock("2026-04-11T09:00+08:00");
    home("office").contains("督办“计划立项”");
    home("secretary").lacks("督办");
    app.set_clock("2026-04-18T09:00+08:00");
    home("secretary").contains("督办“计划立项”");
    let id = app
        .api("yunwei")
        .get("/api/v1/projects")
        .expect(200)
        .items()[0]["id"]
        .clone();
    submit(&app, &format!("/api/v1/projects/{id}"), "initiation");
    home("office").contains("核查“计划立项”").lacks("督办");
    home("yunwei").lacks("计划立项");
}
