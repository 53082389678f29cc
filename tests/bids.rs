//! Bids: sealed until the opening, at the deadline's exact instant in, one after it out.

use serde_json::json;

use crate::support::TestApp;
use crate::support::rounds::bid_body;

#[test]
fn a_submission_at_the_deadline_is_in_and_after_it_out() {
    let app = TestApp::start();
    let round = app.round().published();
    let first = round.draft_bid("yunwei", 0);
    let second = round.draft_bid("renhou", 0);
    app.set_clock("2026-03-20T17:00+08:00");
    let receipt = app
        .api("yunwei.sj")
        .post(&format!("/api/v1/bids/{first}/submit"), json!({}))
        .expect(200);
    assert_eq!(
        receipt.json["digest"].as_str().unwrap().len(),
        64,
        "{}",
        receipt.text
    );
    app.set_clock("2026-03-20T17:00:00.000001+08:00");
    app.api("renhou.sj")
        .post(&format!("/api/v1/bids/{second}/submit"), json!({}))
        .refused(409, "deadline_passed");
    // The late attempt is in the trail.
    let trail = app
        .api("auditadmin")
        .get("/api/v1/audit?limit=200")
        .expect(200);
    let late = trail
        .items()
        .iter()
        .any(|event| event["verb"].as_str().unwrap().contains("late"));
    assert!(late, "{}", trail.text);
}

#[test]
fn before_the_opening_nobody_else_reads_a_submitted_bid() {
    let app = TestApp::start();
    let round = app.round().published();
    let bid = round.submitted_bid("yunwei", 0);
    let secret = "yunwei 的项目";
    let path = format!("/api/v1/bids/{bid}");
    app.api("yunwei").get(&path).expect(200).contains(secret);
    app.api("yunwei.sj").get(&path).expect(200).contains(secret);
    let others = [
        "office",
        "secretary",
        "supervisor",
        "reviewer1",
        "renhou",
        "renhou.sj",
        "sysadmin",
        "secadmin",
        "auditadmin",
    ];
    for other in others {
        let refused = app.api(other).get(&path);
        assert!(
            [403, 404].contains(&refused.status),
            "{other}: {}",
            refused.text
        );
        app.api(other)
            .get(&format!("{path}/attachments"))
            .lacks("sha256");
        let listed = app.api(other).get(&round.path("/bids"));
        assert!(listed.items().is_empty(), "{other}: {}", listed.text);
        for page in [
            format!("/bids/{bid}"),
            format!("/rounds/{}", round.id),
            format!("/rounds/{}/bids", round.id),
            "/home".to_owned(),
            "/audit".to_owned(),
        ] {
            app.browser(other).get(&page).lacks(secret);
        }
    }
    for page in ["/", "/announcements", "/search?q=项目", "/feed.xml"] {
        let page = page.replace('项', "%E9%A1%B9").replace('目', "%E7%9B%AE");
        app.visitor().get(&page).lacks(secret);
    }
    round.open();
    for reader in ["office", "secretary", "supervisor"] {
        app.api(reader).get(&path).expect(200).contains(secret);
    }
    for other in ["renhou", "reviewer1", "sysadmin", "secadmin", "auditadmin"] {
        let refused = app.api(other).get(&path);
        assert!(
            [403, 404].contains(&refused.status),
            "{other}: {}",
            refused.text
        );
    }
}

#[test]
fn an_incomplete_bid_is_told_what_is_missing() {
    let app = TestApp::start();
    let round = app.round().published();
    let yunwei = app.api("yunwei");
    let bid = yunwei
        .post(
            &round.path("/bids"),
            json!({ "content": { "title": "只有标题" } }),
        )
        .expect(201)
        .id();
    let answer = app
        .api("yunwei.sj")
        .post(&format!("/api/v1/bids/{bid}/submit"), json!({}))
        .expect(422);
    for field in [
        "topic_id",
        "problem",
        "targets[0][name]",
        "plan[0][work]",
        "team[leader]",
    ] {
        assert!(
            answer.json["fields"][field].is_array(),
            "{field}: {}",
            answer.text
        );
    }
    // The applicant drafts, the secretary submits.
    let complete = round.draft_bid("yunwei", 1);
    yunwei
        .post(&format!("/api/v1/bids/{complete}/submit"), json!({}))
        .refused(403, "secretary_required");
}

#[test]
fn attachments_of_a_wrong_kind_or_over_20_mb_are_refused() {
    let app = TestApp::start();
    let round = app.round().published();
    let bid = round.draft_bid("yunwei", 0);
    let yunwei = app.api("yunwei");
    let path = format!("/api/v1/bids/{bid}/attachments");
    let pdf = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n";
    let made = yunwei
        .upload(&path, "方案.pdf", "application/pdf", pdf)
        .expect(201);
    let got = yunwei
        .get(&format!("/api/v1/attachments/{}", made.id()))
        .expect(200);
    assert_eq!(got.bytes, pdf);
    // Larger than a part, not a multiple of one: what comes back is what went in, as a download of the sniffed type.
    let mut long = pdf.to_vec();
    long.extend((0..777_777u32).flat_map(|n| (n % 251).to_be_bytes()));
    let long_id = yunwei
        .upload(&path, "长 方案.pdf", "text/html", &long)
        .expect(201)
        .id();
    let got = yunwei
        .get(&format!("/api/v1/attachments/{long_id}"))
        .expect(200);
    assert!(got.bytes == long, "{} bytes came back", got.bytes.len());
    for (name, value) in [
        ("content-type", "application/pdf"),
        ("content-length", &long.len().to_string()),
        ("x-content-type-options", "nosniff"),
        (
            "content-disposition",
            "attachment; filename*=UTF-8''%E9%95%BF%20%E6%96%B9%E6%A1%88.pdf",
        ),
        ("content-security-policy", "default-src 'none'; sandbox"),
        ("cache-control", "private, no-store"),
    ] {
        assert_eq!(got.header(name), value, "{name}");
    }
    app.api("yunwei")
        .send(
            "DELETE",
            &format!("/api/v1/attachments/{long_id}"),
            &[],
            b"",
        )
        .expect(204);
    app.api("renhou")
        .get(&format!("/api/v1/attachments/{}", made.id()))
        .expect(404);
    let script = b"<html><script>alert(1)</script></html>";
    let refused = yunwei.upload(&path, "a.html", "text/html", script);
    assert!([415, 422].contains(&refused.status), "{}", refused.text);
    let disguised = yunwei.upload(
        &path,
        "a.pdf",
        "application/pdf",
        b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff",
    );
    assert!([415, 422].contains(&disguised.status), "{}", disguised.text);
    let mut large = pdf.to_vec();
    large.resize(20 * 1024 * 1024 + 1, b' ');
    let refused = yunwei.upload(&path, "大.pdf", "application/pdf", &large);
    assert_eq!(refused.status, 413, "{}", refused.text);
    let listed = yunwei.get(&path).expect(200);
    assert_eq!(listed.items().len(), 1, "{}", listed.text);
}

#[test]
fn two_editors_of_one_draft_do_not_lose_each_other() {
    let app = TestApp::start();
    let round = app.round().published();
    let bid = round.draft_bid("yunwei", 0);
    let path = format!("/api/v1/bids/{bid}");
    let (first, second) = (app.api("yunwei"), app.api("yunwei.sj"));
    let version = first.get(&path).expect(200).version();
    let body = bid_body(round.topics[0], app.user_id("yunwei"), "一改");
    first.put(&path, version, body.clone()).expect(200);
    second
        .put(&path, version, body)
        .refused(409, "version_conflict");
}

#[test]
fn a_withdrawn_bid_can_be_submitted_again_until_the_deadline() {
    let app = TestApp::start();
    let round = app.round().published();
    let bid = round.submitted_bid("yunwei", 0);
    let secretary = app.api("yunwei.sj");
    let verb = |verb: &str| secretary.post(&format!("/api/v1/bids/{bid}/{verb}"), json!({}));
    verb("withdraw").expect(200);
    verb("withdraw").expect(409);
    verb("submit").expect(200);
    app.set_clock("2026-03-20T17:01+08:00");
    let late = verb("withdraw");
    assert_eq!(late.status, 409, "{}", late.text);
}
