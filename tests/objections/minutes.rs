//! The minute of the decision.

use super::*;

const PDF: &[u8] = b"%PDF-1.4\n% minute\n%%EOF\n";

#[test]
fn the_minute_is_attached_and_read_by_whoever_may_read_the_decision() {
    let app = TestApp::start();
    let scored = scoring(&app);
    scored.all([GOOD, FAIR, WEAK, GOOD, FAIR]);
    let path = scored.round.path("/decision/minute");
    let upload = |who: &str| {
        app.api(who)
            .upload(&path, "纪要.pdf", "application/pdf", PDF)
    };
    upload("secretary").refused(409, "not_decided");
    scored.office("/lock").expect(200);
    scored
        .decide(["winner", "reserve", "rejected", "winner", "winner"], None)
        .expect(200);
    for who in ["reviewer1", "supervisor", "yunwei"] {
        upload(who).refused(403, "role_required");
    }
    // The type is read from the bytes.
    app.api("secretary")
        .upload(&path, "纪要.pdf", "application/pdf", b"MZ\x90\x00\x03")
        .refused(415, "file_type_refused");
    let kept = upload("secretary").expect(201);
    let file = format!("/api/v1/attachments/{}", kept.id());
    let result = app
        .api("secretary")
        .get(&scored.round.path("/result"))
        .expect(200);
    let shown = &result.json["decision"]["minute_files"][0];
    assert_eq!(shown["name"], "纪要.pdf");
    assert_eq!(shown["sha256"], kept.json["sha256"]);

    let reads = |who: &str, status: u16| {
        let got = app.api(who).get(&file).expect(status);
        if status == 200 {
            assert_eq!(got.bytes, PDF, "{who}");
            assert!(got.header("content-disposition").starts_with("attachment"));
            assert_eq!(got.header("x-content-type-options"), "nosniff");
        }
    };
    for who in ["office", "secretary", "supervisor", "reviewer2"] {
        reads(who, 200);
    }
    for who in ["yunwei", "juncheng", "sysadmin"] {
        reads(who, if who == "sysadmin" { 403 } else { 404 });
    }
    app.client().get(&file).expect(401);
    // A wrong one is removed before publicity, never after.
    app.api("office").delete(&file).expect(204);
    reads("office", 404);
    let kept = upload("office").expect(201);
    let file = format!("/api/v1/attachments/{}", kept.id());
    app.set_clock("2026-03-30T09:00+08:00");
    scored.office("/publicity").expect(200);
    app.api("office")
        .delete(&file)
        .refused(409, "minute_published");
    assert_eq!(app.api("yunwei").get(&file).expect(200).bytes, PDF);
    app.api("juncheng").get(&file).expect(404);

    // An upheld objection takes the decision's place; its minute stays with it.
    lodge(&scored, Some(scored.bids[0])).expect(201);
    upheld(&scored, "void", &[]);
    app.api("secretary")
        .upload(&path, "纪要.pdf", "application/pdf", PDF)
        .refused(409, "not_decided");
    let result = app
        .api("reviewer2")
        .get(&scored.round.path("/result"))
        .expect(200);
    let earlier = &result.json["superseded"][0];
    assert_eq!(earlier["minute_files"][0]["id"], kept.json["id"]);
    assert_eq!(earlier["minute_number"], "党委会纪要〔2026〕3号");
    for who in ["reviewer2", "yunwei"] {
        app.api(who).get(&file).expect(200);
    }
    app.api("juncheng").get(&file).expect(404);
}

#[test]
fn the_minute_is_uploaded_on_the_page() {
    let app = TestApp::start();
    let scored = decided(&app);
    let page = format!("/rounds/{}/result", scored.round.id);
    let action = format!("/rounds/{}/decision/minute", scored.round.id);
    let secretary = app.browser("secretary");
    secretary
        .get(&page)
        .expect(200)
        .contains("党委会纪要的文件还没有上传")
        .contains(&action)
        .contains("严禁上传涉密信息");
    app.browser("reviewer2")
        .get(&page)
        .expect(200)
        .lacks(&action);
    let token = secretary.csrf(&page);
    let (kind, body) = multipart(&[("csrf", &token)], "纪要.pdf", "application/pdf", PDF);
    let sent = secretary.send("POST", &action, &[("Content-Type", &kind)], &body);
    let sent = sent.expect(303);
    let shown = secretary
        .get(sent.header("location").split('#').next().unwrap())
        .expect(200)
        .contains("纪要.pdf");
    let link = shown.text.split("href=\"/attachments/").nth(1).unwrap();
    let link = format!("/attachments/{}", link.split('"').next().unwrap());
    assert_eq!(app.browser("supervisor").get(&link).expect(200).bytes, PDF);
    let (kind, body) = multipart(&[("csrf", "x")], "纪要.pdf", "application/pdf", PDF);
    secretary
        .send("POST", &action, &[("Content-Type", &kind)], &body)
        .expect(403);
}
