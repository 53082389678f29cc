//! Files belong to versions: what was submitted stays what it was, and what no version needs is gone.

use super::*;

/// Files of a bid that lie on the disk, by what was stored when.
struct Disk<'a> {
    app: &'a TestApp,
    known: Vec<PathBuf>,
}

impl<'a> Disk<'a> {
    fn of(app: &'a TestApp) -> Self {
        let known = files_below(&app.app.files);
        Self { app, known }
    }

    /// What was stored since this was asked last.
    fn fresh(&mut self) -> PathBuf {
        let now = files_below(&self.app.app.files);
        let new: Vec<_> = now
            .iter()
            .filter(|path| !self.known.contains(path))
            .cloned()
            .collect();
        assert_eq!(new.len(), 1, "{new:?}");
        self.known = now;
        new[0].clone()
    }
}

/// A small text, its id and where it lies.
fn put(app: &TestApp, disk: &mut Disk, bid: i64, name: &str) -> (i64, PathBuf) {
    let path = format!("/api/v1/bids/{bid}/attachments");
    let made = app
        .api("yunwei")
        .upload(&path, name, "text/plain", name.as_bytes())
        .expect(201);
    (made.id(), disk.fresh())
}

fn file(id: i64) -> String {
    format!("/api/v1/attachments/{id}")
}

/// Name, drafted, submitted.
fn listed(app: &TestApp, who: &str, bid: i64) -> Vec<(String, bool, bool)> {
    let answer = app
        .api(who)
        .get(&format!("/api/v1/bids/{bid}/attachments"))
        .expect(200);
    answer
        .items()
        .iter()
        .map(|one| {
            (
                one["name"].as_str().unwrap().to_owned(),
                one["drafted"].as_bool().unwrap(),
                one["submitted"].as_bool().unwrap(),
            )
        })
        .collect()
}

fn is(name: &str, drafted: bool, submitted: bool) -> (String, bool, bool) {
    (name.to_owned(), drafted, submitted)
}

#[test]
fn what_was_submitted_keeps_its_files_until_it_is_submitted_anew() {
    let app = TestApp::start();
    let round = app.round().published();
    let bid = round.draft_bid("yunwei", 0);
    let mut disk = Disk::of(&app);
    let (yunwei, secretary) = (app.api("yunwei"), app.actor("yunwei.sj"));
    let differs =
        || yunwei.get(&format!("/api/v1/bids/{bid}")).expect(200).json["draft_differs"] == true;
    let again = format!("action=\"/bids/{bid}/submit\"");
    let page = || {
        app.browser("yunwei.sj")
            .get(&format!("/bids/{bid}"))
            .expect(200)
    };
    let (first, first_lies) = put(&app, &mut disk, bid, "方案.txt");
    secretary.submits(bid).done();
    assert!(!differs());
    page().lacks(&again).lacks("没有提交");

    // One more: not part of what was submitted, and the page says so, with the button.
    let (second, second_lies) = put(&app, &mut disk, bid, "补充.txt");
    assert!(differs());
    page().contains(&again).contains("没有提交");
    assert_eq!(
        listed(&app, "yunwei", bid),
        [is("方案.txt", true, true), is("补充.txt", true, false)]
    );
    // One less: still part of what was submitted, readable, on the disk.
    yunwei.delete(&file(first)).expect(204);
    yunwei.delete(&file(first)).expect(404);
    assert_eq!(
        listed(&app, "yunwei", bid),
        [is("方案.txt", false, true), is("补充.txt", true, false)]
    );
    page().contains("草稿里已移除");
    assert_eq!(yunwei.get(&file(first)).expect(200).text, "方案.txt");
    assert!(first_lies.exists());

    // Submitted anew it is as drafted, and what no version needs is gone.
    secretary.submits(bid).done();
    assert!(!differs());
    page().lacks(&again);
    assert_eq!(listed(&app, "yunwei", bid), [is("补充.txt", true, true)]);
    yunwei.get(&file(first)).expect(404);
    assert!(!first_lies.exists() && second_lies.exists());

    // The same after a withdrawal.
    yunwei.delete(&file(second)).expect(204);
    assert!(differs() && second_lies.exists());
    let withdrawn = format!("/api/v1/bids/{bid}/withdraw");
    app.api("yunwei.sj").post(&withdrawn, json!({})).expect(200);
    assert!(!second_lies.exists());
    yunwei.get(&file(second)).expect(404);
}

#[test]
fn after_the_deadline_no_file_comes_or_goes_and_readers_see_those_submitted() {
    let app = TestApp::start();
    let round = app.round().published();
    let bid = round.draft_bid("yunwei", 0);
    let untouched = round.draft_bid("yunwei", 1);
    let mut disk = Disk::of(&app);
    let (removed, lies) = put(&app, &mut disk, bid, "移除了.txt");
    let (stays, _) = put(&app, &mut disk, bid, "留着的.txt");
    let (draft, _) = put(&app, &mut disk, untouched, "没有提交.txt");
    app.actor("yunwei.sj").submits(bid).done();
    let yunwei = app.api("yunwei");
    yunwei.delete(&file(removed)).expect(204);
    let (late, _) = put(&app, &mut disk, bid, "没有再提交.txt");
    let upload = |bid: i64| {
        let path = format!("/api/v1/bids/{bid}/attachments");
        yunwei.upload(&path, "迟到.txt", "text/plain", b"late")
    };
    app.set_clock("2026-03-20T17:00:00.000001+08:00");
    let before = files_below(&app.app.files).len();
    for bid in [bid, untouched] {
        upload(bid)
            .refused(409, "deadline_passed")
            .contains("附件不能再增减");
        app.browser("yunwei")
            .get(&format!("/bids/{bid}"))
            .expect(200)
            .contains("附件不能再增减")
            .lacks(&format!("action=\"/bids/{bid}/attachments\""))
            .lacks("/remove\"");
    }
    for file_id in [stays, late, draft] {
        yunwei
            .delete(&file(file_id))
            .refused(409, "deadline_passed");
    }
    assert_eq!(
        files_below(&app.app.files).len(),
        before,
        "a refused file stays"
    );
    round.open();
    upload(bid).refused(409, "already_opened");
    yunwei.delete(&file(stays)).refused(409, "already_opened");
    // Exactly what was submitted, the removed one too.
    let seen = [is("移除了.txt", false, true), is("留着的.txt", false, true)];
    for reader in ["office", "supervisor", "secretary"] {
        assert_eq!(listed(&app, reader, bid), seen, "{reader}");
        let page = app.browser(reader).get(&format!("/bids/{bid}")).expect(200);
        page.contains("移除了.txt")
            .lacks("没有再提交.txt")
            .lacks("草稿里已移除");
        assert_eq!(
            app.api(reader).get(&file(removed)).expect(200).text,
            "移除了.txt"
        );
        app.api(reader).get(&file(late)).expect(404);
    }
    assert!(lies.exists());
    round.start_scoring();
    assert_eq!(listed(&app, "reviewer2", bid), seen);
    app.browser("reviewer2")
        .get(&format!("/bids/{bid}/score"))
        .expect(200)
        .contains("移除了.txt")
        .lacks("没有再提交.txt");
    assert_eq!(
        listed(&app, "yunwei", bid),
        [
            is("移除了.txt", false, true),
            is("留着的.txt", true, true),
            is("没有再提交.txt", true, false),
        ]
    );
}

#[test]
fn history_names_the_files_of_each_version_and_the_trail_tells_who_changed_them() {
    let app = TestApp::start();
    let round = app.round().published();
    let bid = round.draft_bid("yunwei", 0);
    let mut disk = Disk::of(&app);
    let (first, _) = put(&app, &mut disk, bid, "甲.txt");
    app.actor("yunwei.sj").submits(bid).done();
    put(&app, &mut disk, bid, "乙.txt");
    let yunwei = app.api("yunwei");
    yunwei.delete(&file(first)).expect(204);
    app.actor("yunwei.sj").submits(bid).done();
    let revisions = format!("/api/v1/bids/{bid}/revisions");
    let history = yunwei.get(&revisions).expect(200);
    let lines: Vec<_> = history
        .items()
        .iter()
        .map(|line| {
            let changed: Vec<_> = line["changed"]
                .as_array()
                .unwrap()
                .iter()
                .map(|one| one == "附件")
                .collect();
            (
                line["revision"].as_i64().unwrap(),
                changed == [true],
                line["submitted_at"].is_string(),
            )
        })
        .collect();
    assert_eq!(
        lines,
        [
            (4, true, true),
            (3, true, false),
            (2, true, true),
            (1, false, false)
        ]
    );
    for (revision, names) in [
        (1, vec![]),
        (2, vec!["甲.txt"]),
        (3, vec!["甲.txt", "乙.txt"]),
        (4, vec!["乙.txt"]),
    ] {
        let shown = yunwei.get(&format!("{revisions}/{revision}")).expect(200);
        let files = shown.json["files"].as_array().unwrap();
        let found: Vec<_> = files
            .iter()
            .map(|one| one["name"].as_str().unwrap())
            .collect();
        assert_eq!(found, names, "{revision}");
        for one in files {
            let name = one["name"].as_str().unwrap();
            assert_eq!(one["sha256"], biaogan::audit::sha256_hex(name.as_bytes()));
        }
    }
    let against = yunwei.get(&format!("{revisions}/4?against=2")).expect(200);
    assert_eq!(
        against.json["changes"],
        json!([{ "field": "附件", "pieces": [
            { "change": "removed", "text": "甲.txt\n" }, { "change": "added", "text": "乙.txt\n" },
        ] }])
    );
    app.browser("yunwei")
        .get(&format!("/bids/{bid}/revisions/2"))
        .expect(200)
        .contains("甲.txt")
        .lacks("乙.txt");

    let trail = || {
        app.api("auditadmin")
            .get("/api/v1/audit?subject=attachment&limit=200")
            .expect(200)
    };
    let verbs = |answer: &crate::support::Answer| -> Vec<String> {
        let mut found: Vec<_> = answer
            .items()
            .iter()
            .map(|event| event["verb"].as_str().unwrap().to_owned())
            .collect();
        found.sort();
        found
    };
    let told = ["attachment.add", "attachment.add", "attachment.remove"];
    let sealed = trail();
    assert_eq!(verbs(&sealed), told);
    for event in sealed.items() {
        assert_eq!(
            (&event["actor_id"], &event["organization_id"]),
            (&json!(null), &json!(null))
        );
        assert_eq!(event["subject_id"], 0);
    }
    round.open();
    let opened = trail();
    assert_eq!(verbs(&opened), told);
    let digest = biaogan::audit::sha256_hex("甲.txt".as_bytes());
    opened
        .lacks("甲")
        .lacks(&digest)
        .contains(&first.to_string());
}

#[test]
fn the_opening_names_a_file_that_is_missing_or_was_changed() {
    let app = TestApp::start();
    let round = app.round().published();
    let (bid, other) = (round.draft_bid("yunwei", 0), round.draft_bid("renhou", 0));
    let mut disk = Disk::of(&app);
    let (_, missing) = put(&app, &mut disk, bid, "不见了.txt");
    let (_, changed) = put(&app, &mut disk, bid, "改过了.txt");
    put(&app, &mut disk, bid, "好好的.txt");
    for (branch, bid) in [("yunwei", bid), ("renhou", other)] {
        app.actor(&format!("{branch}.sj")).submits(bid).done();
    }
    fs::remove_file(&missing).unwrap();
    let mut bytes = fs::read(&changed).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(&changed, bytes).unwrap();
    app.unchecked();
    let check = || app.findings();
    let found = check();
    assert!(
        matches!(found.as_slice(), [one, other] if one.contains(&format!("bid {bid}: file"))
            && one.ends_with("of its submitted version is missing")
            && other.ends_with("of its submitted version was changed")),
        "{found:?}"
    );
    round.open();
    let minute = app
        .browser("office")
        .get(&format!("/rounds/{}/opening", round.id))
        .expect(200);
    minute
        .contains("收到申报 2 份，摘要核对一致 2 份。")
        .contains("附件 3 个，与提交时的摘要核对一致 1 个。")
        .contains("的附件“不见了.txt”已缺失。")
        .contains("的附件“改过了.txt”与提交时的摘要不一致。")
        .lacks("好好的.txt");
    let found = check();
    assert!(
        matches!(found.as_slice(), [one, other]
            if one.contains("“不见了.txt” of its submitted version is missing")
            && other.contains("“改过了.txt” of its submitted version was changed")),
        "{found:?}"
    );
    // Cut short it is told by its length.
    fs::write(&changed, b"short").unwrap();
    let found = check();
    assert!(
        found
            .iter()
            .any(|one| one.contains("“改过了.txt”") && one.contains("has 5 bytes instead of")),
        "{found:?}"
    );
}

#[test]
fn what_a_bid_keeps_on_the_disk_counts_and_what_is_removed_does_not_stay_there() {
    let app = TestApp::start();
    let round = app.round().published();
    let bid = round.draft_bid("yunwei", 0);
    let mut disk = Disk::of(&app);
    let yunwei = app.api("yunwei");
    // Added and removed any number of times: nothing is left, nothing counts.
    for nth in 0..25 {
        let (id, lies) = put(&app, &mut disk, bid, &format!("第{nth}.txt"));
        yunwei.delete(&file(id)).expect(204);
        assert!(!lies.exists());
    }
    assert_eq!(files_below(&app.app.files).len(), 0);
    let ids: Vec<i64> = (0..20)
        .map(|nth| put(&app, &mut disk, bid, &format!("留{nth}.txt")).0)
        .collect();
    let path = format!("/api/v1/bids/{bid}/attachments");
    let one_more = || yunwei.upload(&path, "再来.txt", "text/plain", b"more");
    one_more().expect(422).contains("附件最多 20 个。");
    app.actor("yunwei.sj").submits(bid).done();
    yunwei.delete(&file(ids[0])).expect(204);
    one_more().expect(422).contains("其中 1 个已移除");
    assert_eq!(files_below(&app.app.files).len(), 20);
    app.actor("yunwei.sj").submits(bid).done();
    assert_eq!(files_below(&app.app.files).len(), 19);
    one_more().expect(201);
}

#[test]
fn leftovers_are_swept_away_and_uploads_under_way_are_spared() {
    use biaogan::files::{AGE, Hold, sweep};
    let app = TestApp::start();
    let round = app.round().published();
    let bid = round.draft_bid("yunwei", 0);
    let (_, kept) = put(&app, &mut Disk::of(&app), bid, "方案.txt");
    let folder = &app.app.files;
    let place = |name: &str| {
        let path = folder.join(&name[..2]).join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, b"half of a file").unwrap();
        path
    };
    let (old, young) = (place(&"a1".repeat(16)), place(&"b2".repeat(16)));
    let long_ago =
        std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_700_000_000);
    for path in [&old, &kept] {
        fs::File::options()
            .write(true)
            .open(path)
            .unwrap()
            .set_modified(long_ago)
            .unwrap();
    }
    let swept = || app.app.db.read_now(|c| sweep(c, folder, AGE)).unwrap();
    // While a copy is made nothing is removed at all.
    let hold = Hold::take(folder).unwrap();
    assert_eq!(swept(), 0);
    assert!(old.exists());
    drop(hold);
    assert_eq!(swept(), 1);
    assert!(!old.exists() && young.exists() && kept.exists());
    assert_eq!(swept(), 0);
}
