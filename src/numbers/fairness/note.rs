//! What a panel and a round of this size can show.

use crate::numbers::fairness::fit::Fit;
use crate::numbers::result_file::ResultFile;

/// Below these, much stays hidden.
const REVIEWERS: usize = 7;

const BIDS: usize = 8;

pub fn notes(file: &ResultFile, fit: &Fit, agreement: Option<f64>) -> Vec<String> {
    let mut notes = vec![
        "本页只指出值得翻看的评分，不是结论：偏离可能是看法不同，也可能是看得更细。请打开评分表和评语再判断。"
            .to_owned(),
        "全凭运气也会有人显得特别：按模拟，评分都正常的批次里，约一百批有一批会误指一位评委。".to_owned(),
    ];
    let reviewers = fit.aliases().count();
    let scored: std::collections::BTreeSet<i64> =
        file.sheets.iter().map(|sheet| sheet.bid_id).collect();
    if reviewers < REVIEWERS {
        notes.push(format!(
            "交了评分表的评委只有 {reviewers} 位，少一两位的看法就会改变“其他评委”的样子，偏宽偏严要相差很大才看得出。"
        ));
    }
    if scored.len() < BIDS {
        notes.push(format!(
            "参与评分的申报书只有 {} 份，看不出谁的打分与别人无关，对某个组织的偏高偏低也只有很明显时才看得出。",
            scored.len()
        ));
    }
    if agreement.is_some_and(|w| w < 0.5) {
        notes.push("评委意见总体上不太一致，名次相近的申报书先后带有偶然性。".to_owned());
    }
    notes
}
