//! Planted copies are found, and nothing else.

use std::collections::{HashMap, HashSet};

use super::index::{BOUNDS, Builder, needed};
use super::signature::{pack, signature, unpack};
use super::tally::Tally;
use super::texts::{Dice, Language};
use super::*;

fn pick<'a>(dice: &mut Dice, from: &[&'a str]) -> &'a str {
    from[dice.roll(from.len())]
}

const WHO: &[&str] = &[
    "党员骨干",
    "青年员工",
    "班组长",
    "支部委员",
    "技术能手",
    "一线职工",
    "客户经理",
    "巡视人员",
    "新进大学生",
    "劳模工作室",
    "安全员",
    "值班长",
    "退休老师傅",
    "团员青年",
    "共产党员服务队",
    "物资专责",
];
const HOW: &[&str] = &[
    "逐户走访",
    "结对帮带",
    "分片包干",
    "每周复盘",
    "现场演示",
    "集中攻关",
    "数据比对",
    "红外测温",
    "错峰安排",
    "提前踏勘",
    "视频巡检",
    "挂牌督办",
    "轮岗锻炼",
    "案例讲评",
    "双向选择",
    "清单管理",
    "积分考核",
    "联合会诊",
    "入户宣讲",
    "限时答复",
];
const WHAT: &[&str] = &[
    "老旧小区低电压",
    "导线舞动",
    "树障隐患",
    "报装接电时长",
    "频繁停电投诉",
    "新员工取证率",
    "变压器重过载",
    "电缆沟积水",
    "计量差错",
    "外力破坏跳闸",
    "库存积压",
    "票据退回",
    "工器具超期",
    "调度指令延误",
    "充电桩故障",
    "线损偏高",
    "合同履约拖期",
    "培训缺课",
    "会议过多",
    "档案不齐",
    "抄表不到位",
    "舆情响应慢",
    "施工扰民",
    "农网改造滞后",
    "油色谱异常",
    "保护误动",
    "后勤报修慢",
    "车辆空驶",
    "通信中断",
    "消防器材过期",
];
const RESULT: &[&str] = &[
    "下降三成",
    "由六次减到两次",
    "缩短到五个工作日",
    "全部销号",
    "零重复",
    "达到九成五",
    "形成操作手册",
    "纳入绩效",
    "在兄弟单位推开",
    "通过复验",
    "节约费用十二万元",
    "满意度升到九十八分",
];
const PLACE: &[&str] = &[
    "铜川",
    "王益",
    "印台",
    "耀州",
    "宜君",
    "黄堡",
    "陈炉",
    "照金",
    "庙湾",
    "柳林",
    "石柱",
    "孙塬",
    "坡头",
    "董家河",
];
const WHEN: &[&str] = &[
    "一季度",
    "迎峰度夏前",
    "汛期",
    "每月上旬",
    "春检期间",
    "年底以前",
    "雨雪天气",
    "周例会上",
    "农忙时节",
    "节假日",
];

fn sentence(dice: &mut Dice) -> String {
    let (when, place, who) = (pick(dice, WHEN), pick(dice, PLACE), pick(dice, WHO));
    let (how, also, what) = (pick(dice, HOW), pick(dice, HOW), pick(dice, WHAT));
    let (result, count) = (pick(dice, RESULT), 2 + dice.roll(97));
    match dice.roll(8) {
        0 => format!("{when}{place}{who}对{what}{how}，{result}。"),
        1 => format!("针对{place}的{what}，由{who}牵头{how}、{also}，{count}天内{result}。"),
        2 => format!("{who}梳理出{count}处{what}，{when}完成{also}。"),
        3 => format!("{what}反复出现，原因在于{also}没有落到{who}，{place}尤其突出。"),
        4 => format!("以{how}带动{also}，{place}{what}{result}。"),
        5 => format!("去年{place}发生{what}{count}起，{who}{how}不够。"),
        6 => format!("把{what}交给{who}，{when}{how}，{count}项措施{result}。"),
        _ => format!("{who}在{place}试行{how}，{when}{result}，{what}明显好转。"),
    }
}

mod index;

/// What everybody copies from the guide.
const FORM: &str = "项目组由支部书记任组长，按照计划立项、任务分解、调研实践、动态管控、考评验收、总结推广六个步骤组织实施。";

fn bid(dice: &mut Dice) -> Vec<String> {
    let count = 16 + dice.roll(10);
    let mut text: Vec<String> = (0..count).map(|_| sentence(dice)).collect();
    text.insert(0, FORM.to_owned());
    text
}

/// A copy by somebody who hopes it will not show.
fn copied(dice: &mut Dice, of: &[String], way: usize) -> Vec<String> {
    let mut text = of.to_vec();
    match way {
        0 => {
            for nth in (1..text.len()).rev() {
                let other = dice.roll(nth + 1);
                text.swap(nth, other);
            }
        }
        1 => {
            let share = 10 + dice.roll(11);
            for line in &mut text {
                *line = line
                    .chars()
                    .map(|letter| {
                        if dice.roll(100) < share {
                            char::from_u32(0x4e00 + dice.roll(20_000) as u32).unwrap()
                        } else {
                            letter
                        }
                    })
                    .collect();
            }
        }
        _ => {
            for line in &mut text {
                for (nth, place) in PLACE.iter().enumerate() {
                    *line = line.replace(place, ["前进", "新华", "红星", "东风"][nth % 4]);
                }
                *line = line.replace('，', ",").replace('。', ". ");
            }
        }
    }
    text
}

/// The trigrams of a round's bids that count.
fn counting(bids: &[String], papers: &str) -> (Vec<Vec<u64>>, HashSet<u64>, Vec<u32>) {
    let raw: Vec<Vec<u64>> = bids.iter().map(|bid| grams([bid.as_str()])).collect();
    let mut tally = Tally::new(raw.len());
    for bid in &raw {
        tally.first(bid);
    }
    tally.ignore(&grams([papers]));
    let sizes = raw.iter().map(|bid| tally.second(bid)).collect();
    let excluded = tally.shared();
    (
        raw.iter().map(|bid| without(bid, &excluded)).collect(),
        excluded,
        sizes,
    )
}

/// The pairs of a round as the service finds them, and how many were measured.
fn searched(bids: &[String], papers: &str) -> (HashSet<(usize, usize)>, usize) {
    let (counting, excluded, sizes) = counting(bids, papers);
    let signatures: Vec<Vec<u32>> = bids
        .iter()
        .map(|bid| signature(&grams([bid.as_str()])))
        .collect();
    let mut builder = Builder::new(&excluded);
    for (signature, size) in signatures.iter().zip(sizes) {
        builder.add(signature, size);
    }
    let mut index = builder.build();
    let (mut pairs, mut measured) = (HashSet::new(), 0);
    for (nth, signature) in signatures.iter().enumerate() {
        for other in index.candidates(signature) {
            if other < nth {
                measured += 1;
                if measure(&counting[other], &counting[nth]).counts() {
                    pairs.insert((other, nth));
                }
            }
        }
    }
    (pairs, measured)
}

fn found(bids: &[String], papers: &str) -> HashSet<(usize, usize)> {
    searched(bids, papers).0
}

#[test]
fn planted_copies_are_found_and_no_others_in_a_hundred_rounds() {
    let papers = format!("申报须写明目标和步骤。{FORM}");
    for round in 0..100u64 {
        let mut dice = Dice(round * 7919 + 1);
        let mut texts: Vec<Vec<String>> = (0..12 + round as usize % 20)
            .map(|_| bid(&mut dice))
            .collect();
        let mut planted = HashSet::new();
        for way in 0..3 {
            let copy = copied(&mut dice, &texts[way], way);
            planted.insert((way, texts.len()));
            texts.push(copy);
        }
        let texts: Vec<String> = texts.iter().map(|lines| lines.concat()).collect();
        assert_eq!(found(&texts, &papers), planted, "round {round}");
    }
}

#[test]
fn width_case_and_punctuation_make_no_difference() {
    let plain =
        |text: &str| -> String { normalise(text).iter().map(|(letter, _)| *letter).collect() };
    assert_eq!(
        plain("ＱＣ小组（２０２６）：Ａ+级， 达标。"),
        "qc小组2026a级达标"
    );
    assert_eq!(grams(["外破 跳闸,Ａ级"]), grams(["外破跳闸，a级"]));
    assert!(grams(["甲乙"]).is_empty());
    assert!(signature(&[]).is_empty());
}

#[test]
fn measures_are_exact() {
    let of = |from: u64, to: u64| (from..to).collect::<Vec<u64>>();
    for (one, other, shared, jaccard, contained) in [
        (of(0, 100), of(0, 100), 100, 10_000, 10_000),
        (of(0, 100), of(100, 200), 0, 0, 0),
        (of(0, 100), of(50, 150), 50, 3333, 5000),
        (of(0, 50), of(0, 500), 50, 1000, 10_000),
        (of(0, 0), of(0, 5), 0, 0, 0),
    ] {
        let measured = measure(&one, &other);
        assert_eq!(
            (measured.shared, measured.jaccard, measured.contained),
            (shared, jaccard, contained)
        );
        assert_eq!(measured, measure(&other, &one));
    }
    // A part of a long bid copied whole counts; a few words in common do not.
    assert!(measure(&of(0, 50), &of(0, 500)).counts());
    assert!(!measure(&of(0, 30), &of(0, 30)).counts());
}

#[test]
fn passages_name_their_places_and_leave_out_the_papers() {
    let segment = |text: &str| Segment {
        label: "破什么难题".to_owned(),
        text: text.to_owned(),
    };
    let left = [segment(
        "先讲别的。外破隐患发现晚，处置慢，须逐线走访。按照六个步骤组织实施工作。",
    )];
    let right = [
        segment("标题"),
        segment("另起一行：外破隐患发现晚、处置慢，须逐户登门。按照六个步骤组织实施工作。"),
    ];
    let papers: HashSet<u64> = grams(["按照六个步骤组织实施工作"]).into_iter().collect();
    let found = passages(&left, &right, &papers);
    assert_eq!(found.len(), 1, "{found:?}");
    let cut = |text: &str, place: Place| -> String {
        text.chars()
            .skip(place.start)
            .take(place.end - place.start)
            .collect()
    };
    assert_eq!(
        cut(&left[0].text, found[0].left),
        "外破隐患发现晚，处置慢，须逐"
    );
    assert_eq!(
        cut(&right[1].text, found[0].right),
        "外破隐患发现晚、处置慢，须逐"
    );
    assert_eq!(found[0].right.segment, 1);
    let shown = runs(&left[0].text, 0, &[found[0].left]);
    assert_eq!(
        shown
            .iter()
            .map(|run| run.text.as_str())
            .collect::<String>(),
        left[0].text
    );
    assert_eq!(shown.iter().filter(|run| run.common).count(), 1);
}
