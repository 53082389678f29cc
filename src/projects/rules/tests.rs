use super::*;

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn facts(awaited: Vec<StepKind>) -> StepFacts {
    StepFacts {
        kind: StepKind::Breakdown,
        awaited,
        starts_on: date("2026-03-01"),
        ends_on: date("2026-04-01"),
        organization: "运维党支部".into(),
    }
}

fn shows(table: &str) {
    println!("{table}");
    assert!(
        include_str!("../mod.rs").contains(table),
        "mod.rs should show:\n{table}"
    );
}

#[test]
fn every_step_state_meets_every_action_and_the_doc_shows_it() {
    let mut table = String::from("//! | state | open | submit | pass | return | accept |\n");
    table += "//! |---|---|---|---|---|---|\n";
    for state in StepState::ALL {
        table += &format!("//! | {state} |");
        for action in StepAction::ALL {
            let cell = match next_step(*state, action, &facts(vec![])) {
                Ok(state) => state.as_str(),
                Err(refusal) => refusal.code,
            };
            table += &format!(" {cell} |");
        }
        table += "\n";
    }
    shows(&table);
}

#[test]
fn every_project_state_meets_every_action_and_the_doc_shows_it() {
    let mut table = String::from("//! | state | accept | rectify | complete | terminate |\n");
    table += "//! |---|---|---|---|---|\n";
    for state in ProjectState::ALL {
        table += &format!("//! | {state} |");
        for action in ProjectAction::ALL {
            let cell = match next(*state, action) {
                Ok(state) => state.as_str(),
                Err(refusal) => refusal.code,
            };
            table += &format!(" {cell} |");
        }
        table += "\n";
    }
    shows(&table);
}

#[test]
fn a_step_does_not_open_before_those_it_waits_for() {
    let refusal = next_step(
        StepState::Waiting,
        StepAction::Open,
        &facts(vec![StepKind::Initiation]),
    )
    .unwrap_err();
    assert_eq!(refusal.code, "step_waiting");
    assert!(refusal.remedy.contains("计划立项"));
}

fn six(states: [StepState; 6]) -> Vec<Standing> {
    StepKind::ALL
        .iter()
        .zip(states)
        .zip(1..)
        .map(|((kind, state), month)| Standing {
            kind: *kind,
            state,
            ends_on: NaiveDate::from_ymd_opt(2026, month, 28).unwrap(),
        })
        .collect()
}

#[test]
fn control_opens_beside_research_and_acceptance_waits_for_both() {
    use StepState::{Open, Passed, Returned, Submitted, Waiting};
    let steps = six([Passed, Passed, Waiting, Waiting, Waiting, Waiting]);
    assert_eq!(
        opening(&steps),
        [StepKind::ResearchPractice, StepKind::Control]
    );
    let steps = six([Passed, Passed, Passed, Open, Waiting, Waiting]);
    assert!(opening(&steps).is_empty());
    assert_eq!(
        may_accept(ProjectState::Active, &steps).unwrap_err().code,
        "steps_not_passed"
    );
    assert_eq!(current(&steps), StepKind::Control);
    let steps = six([Passed, Passed, Passed, Passed, Waiting, Waiting]);
    assert_eq!(opening(&steps), [StepKind::Acceptance]);
    let steps = six([Passed, Passed, Submitted, Returned, Waiting, Waiting]);
    assert_eq!(due(&steps), Some(date("2026-04-28")));
    assert_eq!(current(&steps), StepKind::ResearchPractice);
    let steps = six([Passed; 6]);
    assert_eq!(due(&steps), None);
    assert_eq!(current(&steps), StepKind::Promotion);
    assert!(may_accept(ProjectState::Rectifying, &steps).is_ok());
}

#[test]
fn overdue_climbs_a_level_a_week() {
    let due = date("2026-03-10");
    for (today, expected) in [
        ("2026-03-06", Urgency::None),
        ("2026-03-07", Urgency::Warning(3)),
        ("2026-03-10", Urgency::Warning(0)),
        ("2026-03-11", overdue(1, Level::Responsible)),
        ("2026-03-17", overdue(7, Level::Responsible)),
        ("2026-03-18", overdue(8, Level::BranchSecretary)),
        ("2026-03-24", overdue(14, Level::BranchSecretary)),
        ("2026-03-25", overdue(15, Level::Department)),
        ("2026-03-31", overdue(21, Level::Department)),
        ("2026-04-01", overdue(22, Level::Office)),
        ("2026-04-07", overdue(28, Level::Office)),
        ("2026-04-08", overdue(29, Level::CommitteeSecretary)),
        ("2027-04-08", overdue(394, Level::CommitteeSecretary)),
    ] {
        assert_eq!(urgency(due, date(today)), expected, "{today}");
    }
}

fn overdue(days: i64, level: Level) -> Urgency {
    Urgency::Overdue { days, level }
}

#[test]
fn the_on_time_share_counts_what_was_due() {
    let step = |ends_on: &str, submitted_on: Option<&str>| Delivery {
        ends_on: date(ends_on),
        submitted_on: submitted_on.map(date),
        waits: false,
    };
    let waiting = Delivery {
        waits: true,
        ..step("2026-05-31", None)
    };
    let today = date("2026-06-01");
    for (steps, score) in [
        (vec![], 10_000),
        (vec![step("2026-07-01", None)], 10_000),
        (vec![step("2026-06-01", None)], 10_000),
        (vec![step("2026-05-31", None)], 0),
        (
            vec![
                step("2026-03-01", Some("2026-03-01")),
                step("2026-04-01", Some("2026-04-02")),
                step("2026-07-01", Some("2026-05-02")),
            ],
            6_667,
        ),
        // It could not open: whoever is late with the step before it is late once.
        (vec![step("2026-05-30", None), waiting], 0),
        (
            vec![step("2026-03-01", Some("2026-03-01")), waiting],
            10_000,
        ),
    ] {
        let found = process_score(&steps, today).round_half_up();
        assert_eq!(found, score, "{steps:?}");
    }
    // Exact until the total is rounded: two of three is no 66.67.
    let two_of_three = [
        step("2026-03-01", Some("2026-03-01")),
        step("2026-04-01", Some("2026-04-01")),
        step("2026-05-01", None),
    ];
    assert_eq!(process_score(&two_of_three, today).to_string(), "20000/3");
}

#[test]
fn each_level_begins_on_its_first_day() {
    let due = date("2026-03-10");
    for level in Level::ALL {
        let days = first_day(*level);
        let today = due + chrono::Duration::days(days);
        assert_eq!(urgency(due, today), overdue(days, *level));
        assert_ne!(
            urgency(due, today.pred_opt().unwrap()),
            overdue(days - 1, *level)
        );
    }
}
