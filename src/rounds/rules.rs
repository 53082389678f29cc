//! Pure rules of a round. No database, no clock: the instant comes in as an argument.
//!
//! | state ↓ action → | change | publish | extend | open | score | lock | decide | publicize | conclude | cancel |
//! |---|---|---|---|---|---|---|---|---|---|---|
//! | draft | draft | open | – | – | – | – | – | – | – | cancelled |
//! | open | – | – | open | – | – | – | – | – | – | cancelled |
//! | sealed | – | – | open | opened | – | – | – | – | – | cancelled |
//! | opened | – | – | – | – | scoring | – | – | – | – | cancelled |
//! | scoring | – | – | – | – | – | scored | – | – | – | cancelled |
//! | scored | – | – | – | – | – | – | decided | – | – | cancelled |
//! | decided | – | – | – | – | – | – | – | publicized | – | – |
//! | publicized | – | – | – | – | – | – | – | – | concluded | – |
//! | concluded, cancelled | – | – | – | – | – | – | – | – | – | – |
//!
//! An opened round whose topics have all failed is not scored: `close` concludes it once each is decided ([`failed`]).

pub mod schedule;

use super::RoundState;
use crate::clock::{Instant, show_instant};
use crate::error::{FieldErrors, Refusal, note};

crate::text_enum! {
    /// What may be done with a round.
    Action {
        Change = "change" "修改",
        Publish = "publish" "发布",
        Extend = "extend" "延长截止",
        Open = "open" "开标",
        StartScoring = "score" "开始评分",
        Lock = "lock" "锁定评分",
        Decide = "decide" "党委决定",
        Publicize = "publicize" "发布公示",
        Conclude = "conclude" "办结",
        Cancel = "cancel" "取消",
        Close = "close" "以流标办结",
    }
}

/// A deadline is an instant: a submission at exactly that instant is in, one after it is out.
pub fn state_at(stored: RoundState, deadline: Instant, now: Instant) -> RoundState {
    if stored == RoundState::Open && now > deadline {
        RoundState::Sealed
    } else {
        stored
    }
}

/// The next state, or why not. `state` is the state at the command's instant.
pub fn next(state: RoundState, action: Action) -> Result<RoundState, Refusal> {
    use RoundState::{
        Cancelled, Concluded, Decided, Draft, Open, Opened, Publicized, Scored, Scoring, Sealed,
    };
    match (state, action) {
        (Draft, Action::Change) => Ok(Draft),
        (Draft, Action::Publish) => Ok(Open),
        (Open | Sealed, Action::Extend) => Ok(Open),
        (Sealed, Action::Open) => Ok(Opened),
        (Opened, Action::StartScoring) => Ok(Scoring),
        (Scoring, Action::Lock) => Ok(Scored),
        (Scored, Action::Decide) => Ok(Decided),
        (Decided, Action::Publicize) => Ok(Publicized),
        (Publicized, Action::Conclude) | (Opened, Action::Close) => Ok(Concluded),
        (Draft | Open | Sealed | Opened | Scoring | Scored, Action::Cancel) => Ok(Cancelled),
        (
            Draft | Open | Sealed | Opened | Scoring | Scored | Decided | Publicized | Concluded
            | Cancelled,
            _,
        ) => Err(out_of_turn(state, action)),
    }
}

fn out_of_turn(state: RoundState, action: Action) -> Refusal {
    let wanted = match action {
        Action::Change | Action::Publish => "批次还是草稿时才能这样做；发布后只能延长截止时间。",
        Action::Extend => "只有已发布、还未开标的批次可以延长。",
        Action::Open => "截止时间过后、到了开标时间才能开标。",
        Action::StartScoring => "开标以后由党建部开始评分。",
        Action::Lock => "开始评分以后，由党建部或主任委员锁定。",
        Action::Decide => "评分锁定以后由党委书记决定。",
        Action::Publicize => "党委书记决定以后由党建部公示。",
        Action::Conclude => "公示期满以后由党建部办结。",
        Action::Cancel => "决定以后的批次不能取消。",
        Action::Close => "开标后各标的全部流标、都作出决定的，才能这样办结。",
    };
    Refusal::new(
        "wrong_state",
        format!("批次现在是“{}”，不能{}。", state.label(), action.label()),
    )
    .remedy(wanted)
}

/// Opening waits for its hour.
pub fn may_open(
    state: RoundState,
    opening_at: Instant,
    now: Instant,
) -> Result<RoundState, Refusal> {
    let next = next(state, Action::Open)?;
    if now < opening_at {
        return Err(Refusal::new("too_early", "还没有到开标时间。")
            .remedy(format!("{}起可以开标。", show_instant(opening_at))));
    }
    Ok(next)
}

/// Bids are taken from the opening of the round to its deadline, both included.
pub fn takes_bids(
    state: RoundState,
    opens_at: Instant,
    deadline: Instant,
    now: Instant,
) -> Result<(), Refusal> {
    match state {
        RoundState::Open if now < opens_at => {
            Err(Refusal::new("too_early", "招标还没有开始，现在不能提交。")
                .remedy(format!("{}起可以提交。", show_instant(opens_at))))
        }
        RoundState::Open => Ok(()),
        RoundState::Sealed => Err(Refusal::new(
            "deadline_passed",
            format!("截止时间（{}）已过，不能再提交。", show_instant(deadline)),
        )
        .remedy("已写的内容仍为您保存；如有特殊情况请联系党建部。")),
        RoundState::Draft => {
            Err(Refusal::new("not_published", "批次还没有发布。")
                .remedy("请等党建部发布后再申报。"))
        }
        RoundState::Opened
        | RoundState::Scoring
        | RoundState::Scored
        | RoundState::Decided
        | RoundState::Publicized
        | RoundState::Concluded => Err(Refusal::new(
            "already_opened",
            "这个批次已经开标，不再接受申报。",
        )
        .remedy("请留意下一批招标公告。")),
        RoundState::Cancelled => {
            Err(Refusal::new("cancelled", "这个批次已取消。").remedy("请留意下一批招标公告。"))
        }
    }
}

/// Files of a bid come and go while it may be drafted and submitted: from the publishing to the deadline, which is
/// included. What was submitted stays what it was.
pub fn takes_files(state: RoundState, deadline: Instant) -> Result<(), Refusal> {
    match state {
        RoundState::Open => Ok(()),
        RoundState::Sealed => Err(Refusal::new(
            "deadline_passed",
            format!(
                "截止时间（{}）已过，附件不能再增减。",
                show_instant(deadline)
            ),
        )
        .remedy("已提交的申报书按提交时的附件参加开标；如有特殊情况请联系党建部。")),
        RoundState::Draft => {
            Err(Refusal::new("not_published", "批次还没有发布。")
                .remedy("请等党建部发布后再申报。"))
        }
        RoundState::Opened
        | RoundState::Scoring
        | RoundState::Scored
        | RoundState::Decided
        | RoundState::Publicized
        | RoundState::Concluded => Err(Refusal::new("already_opened", "已经开标，附件不能再改。")
            .remedy("需要补充说明时，请联系党建部。")),
        RoundState::Cancelled => {
            Err(Refusal::new("cancelled", "这个批次已取消。").remedy("请留意下一批招标公告。"))
        }
    }
}

/// Questions are asked, and the guide is corrected, from the publishing to the deadline, which is included.
pub fn takes_questions(state: RoundState, deadline: Instant) -> Result<(), Refusal> {
    match state {
        RoundState::Open => Ok(()),
        RoundState::Draft => {
            Err(Refusal::new("not_published", "批次还没有发布。")
                .remedy("发布以后才有答疑和更正。"))
        }
        RoundState::Cancelled => Err(Refusal::new("cancelled", "这个批次已取消。")),
        RoundState::Sealed
        | RoundState::Opened
        | RoundState::Scoring
        | RoundState::Scored
        | RoundState::Decided
        | RoundState::Publicized
        | RoundState::Concluded => Err(Refusal::new(
            "questions_closed",
            format!("答疑和更正到截止时间（{}）为止。", show_instant(deadline)),
        )
        .remedy("确需更正的，请党建部先延长截止时间。")),
    }
}

/// A question asked in time is answered until the opening.
pub fn may_answer(state: RoundState, answered: bool) -> Result<(), Refusal> {
    if answered {
        return Err(Refusal::new("already_answered", "这个问题已经答复。")
            .remedy("需要改正的，请发布更正公告。"));
    }
    match state {
        RoundState::Open | RoundState::Sealed => Ok(()),
        RoundState::Draft
        | RoundState::Opened
        | RoundState::Scoring
        | RoundState::Scored
        | RoundState::Decided
        | RoundState::Publicized
        | RoundState::Concluded
        | RoundState::Cancelled => Err(Refusal::new(
            "questions_closed",
            format!("批次现在是“{}”，不再答疑。", state.label()),
        )),
    }
}

/// The three dates in order; what is wrong stands beside the field.
pub fn check_schedule(opens_at: Instant, deadline: Instant, opening_at: Instant) -> FieldErrors {
    let mut errors = FieldErrors::new();
    if deadline <= opens_at {
        note(&mut errors, "deadline", "截止时间不能早于开始时间。");
    }
    if opening_at < deadline {
        note(&mut errors, "opening_at", "开标时间不能早于截止时间。");
    }
    errors
}

/// Once published, dates only move later.
pub fn check_extension(
    old: (Instant, Instant),
    new: (Instant, Instant),
    now: Instant,
) -> FieldErrors {
    let mut errors = FieldErrors::new();
    let mut say = |field, text| note(&mut errors, field, text);
    if new.0 < old.0 {
        say("deadline", "截止时间只能往后延。");
    } else if new.0 <= now {
        say("deadline", "新的截止时间须晚于现在。");
    }
    if new.1 < old.1 {
        say("opening_at", "开标时间只能往后延。");
    } else if new.1 < new.0 {
        say("opening_at", "开标时间不能早于截止时间。");
    }
    if new == old {
        say("deadline", "新的时间和原来一样。");
    }
    errors
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::Duration;

    #[test]
    fn every_pair_of_state_and_action_is_as_the_table_says() {
        let mut allowed = Vec::new();
        for state in RoundState::ALL {
            for action in Action::ALL {
                if let Ok(next) = next(*state, *action) {
                    allowed.push(format!("{state} {action} {next}"));
                }
            }
        }
        assert_eq!(
            allowed,
            [
                "draft change draft",
                "draft publish open",
                "draft cancel cancelled",
                "open extend open",
                "open cancel cancelled",
                "sealed extend open",
                "sealed open opened",
                "sealed cancel cancelled",
                "opened score scoring",
                "opened cancel cancelled",
                "opened close concluded",
                "scoring lock scored",
                "scoring cancel cancelled",
                "scored decide decided",
                "scored cancel cancelled",
                "decided publicize publicized",
                "publicized conclude concluded",
            ]
        );
    }

    #[test]
    fn the_deadline_itself_is_in_and_one_microsecond_later_is_out() {
        let deadline: Instant = "2026-03-20T09:00:00Z".parse().unwrap();
        let opens = deadline - Duration::days(10);
        for (now, state, code) in [
            (
                opens - Duration::microseconds(1),
                RoundState::Open,
                Some("too_early"),
            ),
            (opens, RoundState::Open, None),
            (deadline, RoundState::Open, None),
            (
                deadline + Duration::microseconds(1),
                RoundState::Sealed,
                Some("deadline_passed"),
            ),
        ] {
            let at = state_at(RoundState::Open, deadline, now);
            assert_eq!(at, state);
            assert_eq!(
                takes_bids(at, opens, deadline, now).err().map(|r| r.code),
                code
            );
        }
    }

    #[test]
    fn dates_out_of_order_are_named() {
        let first: Instant = "2026-03-01T09:00:00Z".parse().unwrap();
        let day = |d: i64| first + Duration::days(d - 1);
        assert!(check_schedule(day(1), day(10), day(12)).is_empty());
        assert!(check_schedule(day(10), day(1), day(12)).contains_key("deadline"));
        assert!(check_schedule(day(1), day(10), day(9)).contains_key("opening_at"));
        assert!(
            check_extension((day(10), day(12)), (day(9), day(12)), day(5)).contains_key("deadline")
        );
        assert!(check_extension((day(10), day(12)), (day(11), day(12)), day(5)).is_empty());
        assert!(
            check_extension((day(10), day(12)), (day(13), day(12)), day(5))
                .contains_key("opening_at")
        );
    }
}
