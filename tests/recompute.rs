//! A thousand random rounds: what the program ranks, `recompute.py` ranks as well, from the exported files alone.

use std::path::Path;
use std::process::Command;

use biaogan::numbers::Aggregation;
use biaogan::numbers::lots::{self, Inputs, Secret};
use biaogan::numbers::result_file::{
    Assignment, Bid, FORMAT_VERSION, Lane, LotDraw, LotPart, MarkInfo, RecordedTieBreak, Recusal,
    ResultFile, Revealed, RoundInfo, RuleInfo, SheetInfo, TieBreakMethod, Topic, TopicRanking,
    criteria_of, differences, instant_text,
};
use biaogan::numbers::rules::{Criterion, Rule};

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
                    sheets_set_aside: 0,
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
        // In every fourth round lots are drawn instead, see below.
        if dice.chance(70) && !seed.is_multiple_of(4) {
            let order = dice.roll(4) as u32;
            tie_breaks.push(RecordedTieBreak {
                bid_id: bid.id,
                order,
                method: TieBreakMethod::Vote,
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
    let mut info = RuleInfo::of(&rule);
    // Files of before have none.
    info.quorum.appointed = (!seed.is_multiple_of(3)).then_some(reviewers.len() as u32);
    let file = ResultFile {
        format_version: FORMAT_VERSION,
        round: RoundInfo {
            id: 1,
            year: 2026,
            title: format!("第 {seed} 轮"),
        },
        rule: info,
        criteria: criteria_of(&rule),
        topics,
        bids,
        reviewers,
        sheets,
        recusals,
        lifted_recusals: vec![],
        assignments,
        tie_breaks,
        lots: Vec::new(),
        ranking: vec![],
        decision: None,
    }
    .complete()?;
    if seed.is_multiple_of(4) {
        with_lots(file, dice).complete()
    } else {
        Ok(file)
    }
}

fn part(dice: &mut Dice, secret: Secret) -> LotPart {
    let at = |dice: &mut Dice| {
        instant_text(1_772_400_000_000_000 + dice.roll(1_000)).unwrap_or_default()
    };
    LotPart {
        commitment: secret.commitment(),
        committed_at: at(dice),
        revealed: Some(Revealed {
            salt: secret.salt.to_owned(),
            word: secret.word.to_owned(),
            at: at(dice),
        }),
    }
}

/// Lots between most of those who share a rank, now and then after a void draw.
fn with_lots(mut file: ResultFile, dice: &mut Dice) -> ResultFile {
    let mut number = 0;
    for topic in file.ranking.clone() {
        let mut sharing: std::collections::BTreeMap<u32, Vec<i64>> = Default::default();
        for row in &topic.rows {
            sharing.entry(row.rank).or_default().push(row.bid_id);
        }
        for mut bids in sharing.into_values().filter(|bids| bids.len() > 1) {
            bids.sort_unstable();
            // A void draw before the good one in one of five; in another fifth no good one.
            for void in [true, false] {
                if dice.chance(if void { 80 } else { 20 }) {
                    continue;
                }
                number += 1;
                let salts = [(); 2].map(|()| format!("{:032x}", dice.roll(i64::MAX)));
                let words = [(); 2].map(|()| format!("口令词 {} 号“七月”", dice.roll(i64::MAX)));
                let [chair, supervisor] = [0, 1].map(|n| Secret {
                    salt: &salts[n],
                    word: &words[n],
                });
                let seed = lots::seed(Inputs {
                    round: file.round.id,
                    number,
                    bids: &bids,
                    chair,
                    supervisor,
                });
                let order = if void {
                    vec![]
                } else {
                    lots::order(&seed, &bids)
                };
                let tie_breaks = (1..).zip(&order).map(|(order, bid)| RecordedTieBreak {
                    bid_id: *bid,
                    order,
                    method: TieBreakMethod::Lots,
                });
                file.tie_breaks.extend(tie_breaks);
                file.lots.push(LotDraw {
                    number: number as u32,
                    bids: bids.clone(),
                    chair: Some(part(dice, chair)),
                    supervisor: (!void).then(|| part(dice, supervisor)),
                    seed: (!void).then_some(seed),
                    order,
                    void: void.then(|| "督导员没有揭示".to_owned()),
                });
            }
        }
    }
    file
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
        for draw in &file.lots {
            let kind = if draw.void.is_some() { "Void" } else { "Lots" };
            *seen.entry(kind.to_owned()).or_insert(0) += 1;
        }
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
        "Lots",
        "Void",
    ] {
        assert!(
            seen.get(side).is_some_and(|count| *count >= 10),
            "{side} hardly occurs: {seen:?}"
        );
    }
    Ok(())
}

/// Whatever is changed about a draw, program and script both refuse the file.
#[test]
fn a_draw_that_was_tampered_with_is_refused_by_both() -> Result<(), String> {
    let file = (0..ROUNDS)
        .filter_map(|seed| random_round(4 * seed).ok())
        .find(|file| file.lots.iter().any(|draw| draw.void.is_none()))
        .ok_or("no round with lots")?;
    let which = file
        .lots
        .iter()
        .position(|draw| draw.void.is_none())
        .ok_or("no draw")?;
    let sound = file.to_json()?;
    assert_eq!(ResultFile::from_json(&sound)?, file);
    let reveal = |part: &mut Option<LotPart>, change: fn(&mut Revealed)| {
        if let Some(revealed) = part.as_mut().and_then(|part| part.revealed.as_mut()) {
            change(revealed);
        }
    };
    type Change = Box<dyn Fn(&mut LotDraw)>;
    let changes: Vec<Change> = vec![
        Box::new(move |draw| reveal(&mut draw.chair, |held| held.word.push('x'))),
        Box::new(move |draw| reveal(&mut draw.supervisor, |held| held.salt.push('0'))),
        Box::new(|draw| draw.number += 1_000),
        Box::new(|draw| draw.order.reverse()),
        Box::new(|draw| draw.seed = Some("0".repeat(64))),
        Box::new(|draw| draw.supervisor = None),
        Box::new(|draw| {
            // Both parts changed, commitments too: seed and order no longer follow.
            if let Some(part) = &mut draw.chair {
                let secret = Secret {
                    salt: "00112233445566778899aabbccddeeff",
                    word: "另一个口令词",
                };
                part.commitment = secret.commitment();
                part.revealed = Some(Revealed {
                    salt: secret.salt.into(),
                    word: secret.word.into(),
                    at: part.committed_at.clone(),
                });
            }
        }),
    ];
    let folder = std::env::temp_dir().join(format!("biaogan-lots-{}", std::process::id()));
    std::fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    python_rankings(&folder, std::slice::from_ref(&file))?;
    for (n, change) in changes.iter().enumerate() {
        let mut changed = file.clone();
        change(changed.lots.get_mut(which).ok_or("draw")?);
        let told = ResultFile::from_json(&changed.to_json()?);
        assert!(told.is_err_and(|told| told.contains("抽签")), "change {n}");
        let told = python_rankings(&folder, &[changed]);
        assert!(told.is_err_and(|told| told.contains("draw")), "change {n}");
    }
    // An order recorded that is not the drawn one.
    let mut changed = file.clone();
    for tie in &mut changed.tie_breaks {
        tie.order = 100 - tie.order;
    }
    assert!(ResultFile::from_json(&changed.to_json()?).is_err());
    assert!(python_rankings(&folder, &[changed]).is_err());
    std::fs::remove_dir_all(&folder).map_err(|error| error.to_string())
}
