//! A thousand random rounds: what the program ranks, `recompute.py` ranks as well, from the exported files alone.

use std::path::Path;
use std::process::Command;

use biaogan::evaluation::Aggregation;
use biaogan::evaluation::result_file::{
    Assignment, Bid, FORMAT_VERSION, Lane, MarkInfo, RecordedTieBreak, Recusal, ResultFile,
    RoundInfo, RuleInfo, SheetInfo, TieBreakMethod, Topic, TopicRanking, criteria_of, differences,
    instant_text,
};
use biaogan::evaluation::rules::{Criterion, Rule};

const ROUNDS: u64 = 1_000;

/// SplitMix64: the same rounds on every machine.
struct Dice(u64);

impl Dice {
    /// 0 to `sides - 1`.
    fn roll(&mut self, sides: i64) -> i64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % sides.unsigned_abs()) as i64
    }

    fn chance(&mut self, percent: i64) -> bool {
        self.roll(100) < percent
    }
}

fn random_rule(dice: &mut Dice) -> Rule {
    let even = dice.chance(60); // even full marks make equal totals of unequal means common
    let count = if even { 4 } else { 1 + dice.roll(4) };
    let mut left = 10_000;
    let criteria = (1..=count).map(|n| {
        let full_marks = match n {
            _ if even => 2_500,
            _ if n == count => left,
            _ => 100 * (1 + dice.roll(left / 100 - (count - n))),
        };
        left -= full_marks;
        // Ids against the order, so that order and id cannot be mixed up.
        Criterion {
            id: 100 - n,
            name: format!("标准{n}"),
            full_marks,
        }
    });
    let mut rule = Rule::with_criteria(criteria.collect());
    rule.aggregation = match dice.roll(10) {
        0 | 1 => Aggregation::Mean,
        2 | 3 => Aggregation::Median,
        _ => Aggregation::TrimmedMean,
    };
    if dice.chance(50) {
        rule.drop_highest = dice.roll(3) as u32;
        rule.drop_lowest = dice.roll(3) as u32;
        rule.trim_from = rule.drop_highest + rule.drop_lowest + 1 + dice.roll(3) as u32;
    }
    rule.threshold = 1_000 * dice.roll(6);
    rule
}

/// Coarse marks in two thirds of the rounds, so that equal totals, means and ranks are common.
fn random_round(seed: u64) -> Result<ResultFile, String> {
    let dice = &mut Dice(seed);
    let rule = random_rule(dice);
    let lane = |id| {
        if id == 1 {
            Lane::SelfProposed
        } else {
            Lane::Commissioned
        }
    };
    let topics: Vec<Topic> = (1..=1 + dice.roll(3))
        .map(|id| Topic {
            id,
            title: format!("标的{id}"),
            quota: dice.roll(4) as u32,
            lane: lane(id),
        })
        .collect();
    let bids: Vec<Bid> = (1..=dice.roll(12))
        .map(|id| Bid {
            id,
            topic_id: 1 + dice.roll(topics.len() as i64),
            title: format!("项目{id}"),
            organization: format!("支部{id}"),
        })
        .collect();
    let reviewers: Vec<String> = (1..=1 + dice.roll(9)).map(|n| format!("R{n:02}")).collect();

    let (mut recusals, mut sheets, mut tie_breaks) = (vec![], vec![], vec![]);
    for alias in &reviewers {
        for topic in &topics {
            if dice.chance(10) {
                recusals.push(Recusal {
                    alias: alias.clone(),
                    topic_id: topic.id,
                    reason: "回避".into(),
                });
            }
        }
    }
    let steps = [1, 2, 10_000]
        .into_iter()
        .nth(dice.roll(3) as usize)
        .unwrap_or(1);
    let missing = 20 * dice.roll(3);
    for bid in &bids {
        for alias in &reviewers {
            let recused = recusals
                .iter()
                .any(|r| r.alias == *alias && r.topic_id == bid.topic_id);
            if recused || dice.chance(missing) {
                continue;
            }
            let mark = |c: &Criterion| {
                let steps = steps.min(c.full_marks);
                MarkInfo {
                    criterion_id: c.id,
                    mark_hundredths: c.full_marks * dice.roll(steps + 1) / steps,
                }
            };
            let marks = rule.criteria.iter().map(mark).collect();
            sheets.push(SheetInfo {
                id: 1_000 - sheets.len() as i64,
                alias: alias.clone(),
                bid_id: bid.id,
                submitted_at: instant_text(1_772_326_800_000_000 + dice.roll(3))
                    .ok_or("instant")?,
                marks,
                total_hundredths: 0,
            });
        }
        if dice.chance(70) {
            let order = dice.roll(4) as u32;
            tie_breaks.push(RecordedTieBreak {
                bid_id: bid.id,
                order,
                method: TieBreakMethod::Lots,
            });
        }
    }
    // In every third round the bids are divided among the panel.
    let mut assignments = vec![];
    if seed.is_multiple_of(3) {
        for bid in &bids {
            let given = |alias: &String| {
                sheets
                    .iter()
                    .any(|sheet| sheet.bid_id == bid.id && sheet.alias == *alias)
            };
            let reviewers = reviewers
                .iter()
                .filter(|alias| given(alias) || dice.chance(30))
                .cloned()
                .collect();
            assignments.push(Assignment {
                bid_id: bid.id,
                reviewers,
            });
        }
    }
    ResultFile {
        format_version: FORMAT_VERSION,
        round: RoundInfo {
            id: 1,
            year: 2026,
            title: format!("第 {seed} 轮"),
        },
        rule: RuleInfo::of(&rule),
        criteria: criteria_of(&rule),
        topics,
        bids,
        reviewers,
        sheets,
        recusals,
        lifted_recusals: vec![],
        assignments,
        tie_breaks,
        ranking: vec![],
        decision: None,
    }
    .complete()
}

fn python_rankings(folder: &Path, files: &[ResultFile]) -> Result<Vec<Vec<TopicRanking>>, String> {
    let mut command = Command::new(std::env::var("PYTHON").unwrap_or_else(|_| "python3".into()));
    command
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/recompute.py"))
        .current_dir(folder);
    for (number, file) in files.iter().enumerate() {
        let name = format!("{number}.json");
        std::fs::write(folder.join(&name), file.to_json()?).map_err(|error| error.to_string())?;
        command.arg(name);
    }
    let output = command
        .output()
        .map_err(|error| format!("python3 (or $PYTHON) does not start: {error}"))?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    let text = String::from_utf8(output.stdout).map_err(|error| error.to_string())?;
    text.lines()
        .map(|line| serde_json::from_str(line).map_err(|error| error.to_string()))
        .collect()
}

#[test]
fn python_agrees_on_a_thousand_random_rounds() -> Result<(), String> {
    let files = (0..ROUNDS)
        .map(random_round)
        .collect::<Result<Vec<_>, _>>()?;
    let folder = std::env::temp_dir().join(format!("biaogan-recompute-{}", std::process::id()));
    std::fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    let rankings = python_rankings(&folder, &files);
    std::fs::remove_dir_all(&folder).map_err(|error| error.to_string())?;
    let rankings = rankings?;

    assert_eq!(rankings.len(), files.len());
    let mut seen = std::collections::BTreeMap::new();
    for (seed, (file, ranking)) in files.iter().zip(rankings).enumerate() {
        assert_eq!(differences(file), Vec::<String>::new(), "round {seed}");
        assert_eq!(ranking, file.ranking, "round {seed}");
        for row in file.ranking.iter().flat_map(|topic| &topic.rows) {
            *seen
                .entry(format!(
                    "{:?}{}",
                    row.resolved_by,
                    row.resolved_by_criterion.unwrap_or(0)
                ))
                .or_insert(0) += 1;
            *seen.entry(format!("{:?}", row.proposed)).or_insert(0) += 1;
            *seen
                .entry(format!("{} dropped", row.dropped.len()))
                .or_insert(0) += 1;
        }
    }
    // The dice must have shown every side, or the agreement says little.
    println!("{seen:?}");
    for side in [
        "None0",
        "Criterion99",
        "Criterion98",
        "Criterion97",
        "Recorded0",
        "Shared0",
        "Winner",
        "Reserve",
        "BelowThreshold",
        "Tied",
        "2 dropped",
    ] {
        assert!(
            seen.get(side).is_some_and(|count| *count >= 10),
            "{side} hardly occurs: {seen:?}"
        );
    }
    Ok(())
}
