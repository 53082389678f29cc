use chrono::NaiveDate;

use super::*;
use crate::numbers::rules::Criterion;

type Change = fn(&mut ResultFile);

fn marks(marks: [i64; 2]) -> Vec<MarkInfo> {
    (1..)
        .zip(marks)
        .map(|(criterion_id, mark_hundredths)| MarkInfo {
            criterion_id,
            mark_hundredths,
        })
        .collect()
}

fn sheet(id: i64, alias: &str, bid_id: i64, given: [i64; 2]) -> SheetInfo {
    SheetInfo {
        id,
        alias: alias.into(),
        bid_id,
        submitted_at: instant_text(1_772_326_800_000_000 + id).unwrap(),
        marks: marks(given),
        total_hundredths: 0,
    }
}

/// Two topics, four bids (one without sheets), three reviewers, one of them recused; not completed.
fn inputs() -> ResultFile {
    let rule = Rule::with_criteria(vec![
        Criterion {
            id: 1,
            name: "方案优劣".into(),
            full_marks: 6000,
        },
        Criterion {
            id: 2,
            name: "工作业绩".into(),
            full_marks: 4000,
        },
    ]);
    let bid = |id, topic_id| Bid {
        id,
        topic_id,
        title: format!("项目{id}"),
        organization: format!("支部{id}"),
    };
    let topic = |id, quota, lane| Topic {
        id,
        title: format!("标的{id}"),
        quota,
        lane,
    };
    ResultFile {
        format_version: FORMAT_VERSION,
        round: RoundInfo {
            id: 9,
            year: 2026,
            title: "2026 年创新项目".into(),
        },
        rule: RuleInfo::of(&rule),
        criteria: criteria_of(&rule),
        topics: vec![
            topic(2, 1, Lane::SelfProposed),
            topic(1, 1, Lane::Commissioned),
        ],
        bids: vec![bid(14, 2), bid(13, 1), bid(12, 1), bid(11, 1)],
        reviewers: ["R3", "R1", "R2"].map(String::from).to_vec(),
        sheets: vec![
            sheet(5, "R2", 12, [5000, 4000]),
            sheet(1, "R1", 11, [5400, 3700]),
            sheet(2, "R2", 11, [5400, 3680]),
            sheet(4, "R1", 12, [5500, 3650]),
            sheet(6, "R3", 14, [4000, 2950]),
        ],
        recusals: vec![Recusal {
            alias: "R3".into(),
            topic_id: 1,
            reason: "本支部参与申报".into(),
            sheets_set_aside: 0,
        }],
        lifted_recusals: Vec::new(),
        assignments: Vec::new(),
        tie_breaks: vec![],
        lots: Vec::new(),
        ranking: vec![],
        decision: Some(Decision {
            fairness_digest: None,
            minute_number: "党委会〔2026〕3号".into(),
            minute_date: NaiveDate::from_ymd_opt(2026, 3, 2).unwrap(),
            items: vec![DecisionItem {
                bid_id: 11,
                outcome: DecidedOutcome::Winner,
                reserve: None,
                reason: None,
            }],
        }),
    }
}

fn complete() -> ResultFile {
    inputs().complete().unwrap()
}

#[test]
fn ranks_each_topic() {
    let file = complete();
    let [one, two] = &file.ranking[..] else {
        panic!("two topics")
    };
    assert_eq!(
        (one.topic_id, one.eligible_reviewers, &one.unscored),
        (1, 2, &vec![13])
    );
    assert_eq!(
        (two.topic_id, two.eligible_reviewers, &two.unscored),
        (2, 3, &vec![])
    );
    let line = |row: &Row| {
        (
            row.bid_id,
            row.rank,
            row.total.shown.clone(),
            row.quorum_met,
            row.proposed,
            row.reserve,
        )
    };
    assert_eq!(
        one.rows.iter().map(line).collect::<Vec<_>>(),
        [
            (11, 1, "90.90".into(), true, ProposedOutcome::Winner, None),
            (
                12,
                2,
                "90.75".into(),
                true,
                ProposedOutcome::Reserve,
                Some(1)
            ),
        ]
    );
    assert_eq!(
        two.rows.iter().map(line).collect::<Vec<_>>(),
        [(
            14,
            1,
            "69.50".into(),
            false,
            ProposedOutcome::BelowThreshold,
            None
        ),]
    );
    assert_eq!(
        (one.rows[0].total.numerator, one.rows[0].total.denominator),
        (909, 10)
    );
    assert_eq!(file.sheets[0].total_hundredths, 9100);
}

#[test]
fn the_same_inputs_give_the_same_bytes() {
    let mut shuffled = inputs();
    shuffled.sheets.reverse();
    shuffled.bids.reverse();
    shuffled.topics.reverse();
    shuffled.reviewers.reverse();
    for sheet in &mut shuffled.sheets {
        sheet.marks.reverse();
    }
    let json = complete().to_json().unwrap();
    assert_eq!(shuffled.complete().unwrap().to_json().unwrap(), json);
    let read = ResultFile::from_json(&json).unwrap();
    assert_eq!(read, complete());
    assert_eq!(read.to_json().unwrap(), json);
    assert_eq!(read.complete().unwrap().to_json().unwrap(), json);
}

#[test]
fn the_ranking_is_no_input() {
    let mut file = complete();
    file.ranking.clear();
    assert_eq!(recompute(&file).unwrap(), complete().ranking);
    assert!(
        ranking_json(&complete().ranking)
            .unwrap()
            .contains("\"shown\": \"90.90\"")
    );
}

#[test]
fn every_alteration_shows() {
    assert_eq!(differences(&complete()), Vec::<String>::new());
    let changes: [(Change, &str); 13] = [
        (
            |f| f.sheets[0].marks[0].mark_hundredths -= 50,
            "评分表 1：文件记总分 91.00，各项相加为 90.50",
        ),
        (|f| f.sheets[0].total_hundredths += 1, "文件记总分 91.01"),
        (
            |f| f.ranking[0].rows[0].rank = 2,
            "申报书 11：文件记名次 2，重算为 1",
        ),
        (
            |f| f.ranking[0].rows[0].total.shown = "99.00".into(),
            "申报书 11：文件记得分 99.00",
        ),
        (
            |f| f.ranking[0].rows[0].criteria[0].mean.numerator += 1,
            "各项平均分",
        ),
        (
            |f| f.ranking[0].rows[0].proposed = ProposedOutcome::Reserve,
            "拟定结果",
        ),
        (
            |f| f.ranking[0].rows[0].resolved_by = ResolvedBy::Shared,
            "同分处理",
        ),
        (|f| f.ranking[0].rows[0].kept = 1, "评分表数"),
        (|f| f.ranking[0].rows.swap(0, 1), "先后次序"),
        (
            |f| drop(f.ranking[0].rows.pop()),
            "申报书 12：文件的排名中没有",
        ),
        (|f| drop(f.ranking.pop()), "标的 2：文件中没有排名"),
        (
            |f| f.ranking[1].eligible_reviewers = 2,
            "应评评委 2 人，重算为 3 人",
        ),
        (
            |f| f.rule.threshold_hundredths = 6_950,
            "申报书 14：文件记拟定结果",
        ),
    ];
    for (change, expected) in changes {
        let mut file = complete();
        change(&mut file);
        let found = differences(&file);
        assert!(
            found.iter().any(|line| line.contains(expected)),
            "{expected}: {found:?}"
        );
    }
}

#[test]
fn malformed_files_are_refused_in_plain_words() {
    let changes: [(Change, &str); 23] = [
        (|f| f.format_version = 2, "格式版本"),
        (|f| f.topics[1].id = 1, "标的 1 重复"),
        (|f| f.bids[1].id = 11, "申报书 11 重复"),
        (|f| f.bids[1].id = 1 << 53, "超出范围"),
        (|f| f.bids[1].topic_id = 7, "没有标的 7"),
        (|f| f.reviewers[1] = "R1".into(), "评委 R1 重复"),
        (|f| f.reviewers[2].clear(), "代号不能为空"),
        (|f| f.reviewers[2] = "R9".into(), "没有评委 R3"),
        (|f| f.sheets[1].id = 1, "评分表 1 重复"),
        (|f| f.sheets[1].alias = "R1".into(), "两份评分表"),
        (|f| f.sheets[1].alias = "R3".into(), "已回避"),
        (|f| f.sheets[1].bid_id = 99, "没有申报书 99"),
        (
            |f| f.sheets[0].submitted_at = "2026-03-01 09:00".into(),
            "提交时间",
        ),
        (
            |f| f.sheets[0].submitted_at = "2026-03-01T09:00:00.000000+08:00".into(),
            "提交时间",
        ),
        (
            |f| f.sheets[0].marks[0].mark_hundredths = 6001,
            "应在 0 至 60.00 分之间",
        ),
        (
            |f| f.sheets[0].marks[0].mark_hundredths = i64::MIN,
            "应在 0 至 60.00 分之间",
        ),
        (|f| f.sheets[0].marks[1].criterion_id = 1, "评分标准 1 重复"),
        (|f| f.sheets[0].marks[1].criterion_id = 3, "缺少评分标准 2"),
        (|f| f.criteria[0].full_marks_hundredths = i64::MAX, "100.00"),
        (|f| f.rule.tie_break.reverse(), "同分处理"),
        (|f| f.rule.full_marks_hundredths = 100, "满分"),
        (|f| f.recusals[0].topic_id = 5, "没有标的 5"),
        (
            |f| f.decision.as_mut().unwrap().items[0].bid_id = 5,
            "没有申报书 5",
        ),
    ];
    for (change, expected) in changes {
        let mut file = complete();
        change(&mut file);
        let json = file.to_json().unwrap();
        let error = ResultFile::from_json(&json).unwrap_err();
        assert!(error.contains(expected), "{expected}: {error}");
        assert_eq!(differences(&file), std::slice::from_ref(&error));
        assert_eq!(file.complete().unwrap_err(), error);
    }
}

#[test]
fn unreadable_text_is_refused() {
    let json = complete().to_json().unwrap();
    for (from, to) in [
        ("\"year\": 2026", "\"year\": 2026, \"extra\": 1"),
        ("\"mark_hundredths\": 5400", "\"mark_hundredths\": 5400.5"),
        (
            "\"mark_hundredths\": 5400",
            "\"mark_hundredths\": 99999999999999999999",
        ),
        ("\"half_up_2\"", "\"half_even_2\""),
        ("\"id\": 9,", "\"id\": 9, \"id\": 9,"),
        ("{", ""),
    ] {
        let bad = json.replacen(from, to, 1);
        assert_ne!(bad, json);
        assert!(
            ResultFile::from_json(&bad)
                .unwrap_err()
                .starts_with("结果文件无法读取"),
            "{from}"
        );
    }
    assert!(
        ResultFile::from_json(&" ".repeat(MAX_BYTES + 1))
            .unwrap_err()
            .contains("超过")
    );
}

#[test]
fn instants_have_one_spelling() {
    assert_eq!(
        instant_text(1_772_326_800_123_456).unwrap(),
        "2026-03-01T01:00:00.123456Z"
    );
    assert_eq!(
        instant("2026-03-01T01:00:00.123456Z"),
        Some(1_772_326_800_123_456)
    );
    assert_eq!(instant_text(-1), None);
    assert_eq!(
        instant_text(MAX_INSTANT).unwrap(),
        "9999-12-31T23:59:59.999999Z"
    );
    assert_eq!(instant_text(i64::MAX), None);
    assert_eq!(instant("2026-03-01T01:00:00Z"), None);
}
