//! Tables of panel, sheets, results, decisions.

diesel::table! {
    evaluations (id) {
        id -> BigInt,
        committee_id -> BigInt,
        subject_kind -> Text,
        round_id -> Nullable<BigInt>,
        state -> Text,
        drop_highest -> BigInt,
        drop_lowest -> BigInt,
        trim_from -> BigInt,
        threshold -> BigInt,
        mark_step -> BigInt,
        quorum_numerator -> BigInt,
        quorum_denominator -> BigInt,
        started_at -> Nullable<Timestamp>,
        locked_at -> Nullable<Timestamp>,
        version -> BigInt,
        aggregation -> Text,
        reopened -> Nullable<Text>,
        blind -> Bool,
    }
}

diesel::table! {
    criteria (id) {
        id -> BigInt,
        evaluation_id -> BigInt,
        position -> BigInt,
        name -> Text,
        description -> Text,
        full_marks -> BigInt,
    }
}

diesel::table! {
    panel_members (id) {
        id -> BigInt,
        evaluation_id -> BigInt,
        user_id -> BigInt,
        seat -> Text,
        alias -> Text,
        undertaking_at -> Nullable<Timestamp>,
        removed_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    recusals (id) {
        id -> BigInt,
        evaluation_id -> BigInt,
        topic_id -> BigInt,
        user_id -> BigInt,
        cause -> Text,
        reason -> Text,
        at -> Timestamp,
        lifted_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    recusal_lifts (id) {
        id -> BigInt,
        recusal_id -> BigInt,
        reason -> Text,
        state -> Text,
        proposed_by -> BigInt,
        proposed_at -> Timestamp,
        answered_by -> Nullable<BigInt>,
        answered_at -> Nullable<Timestamp>,
        answer -> Nullable<Text>,
    }
}

diesel::table! {
    declared_posts (id) {
        id -> BigInt,
        user_id -> BigInt,
        organization_id -> BigInt,
        post -> Text,
        from_on -> Date,
        until_on -> Nullable<Date>,
        entered_by -> BigInt,
        entered_at -> Timestamp,
    }
}

diesel::table! {
    declared_relations (id) {
        id -> BigInt,
        user_id -> BigInt,
        kind -> Text,
        organization_id -> Nullable<BigInt>,
        person_id -> Nullable<BigInt>,
        until_on -> Nullable<Date>,
        entered_by -> BigInt,
        entered_at -> Timestamp,
        withdrawn_by -> Nullable<BigInt>,
        withdrawn_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    draws (id) {
        id -> BigInt,
        evaluation_id -> BigInt,
        purpose -> Text,
        number -> BigInt,
        pool -> Text,
        seats -> BigInt,
        alternates -> BigInt,
        chair_id -> Nullable<BigInt>,
        excluded -> Text,
        reason -> Text,
        secret -> Text,
        commitment -> Text,
        prepared_by -> BigInt,
        prepared_at -> Timestamp,
        nonce -> Nullable<Text>,
        audit_head -> Nullable<Text>,
        seed -> Nullable<Text>,
        outcome -> Nullable<Text>,
        drawn_by -> Nullable<BigInt>,
        drawn_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    panel_substitutes (id) {
        id -> BigInt,
        evaluation_id -> BigInt,
        user_id -> BigInt,
        position -> BigInt,
        draw_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    panel_invitations (id) {
        id -> BigInt,
        member_id -> BigInt,
        state -> Text,
        sent_by -> BigInt,
        sent_at -> Timestamp,
        answered_at -> Nullable<Timestamp>,
        reason -> Text,
    }
}

diesel::table! {
    panel_replacements (id) {
        id -> BigInt,
        evaluation_id -> BigInt,
        out_member_id -> BigInt,
        in_member_id -> BigInt,
        reason -> Text,
        sheets_set_aside -> BigInt,
        scoring -> Bool,
        by_user_id -> BigInt,
        at -> Timestamp,
    }
}

diesel::table! {
    declarations (id) {
        id -> BigInt,
        member_id -> BigInt,
        evaluation_id -> BigInt,
        user_id -> BigInt,
        text_version -> BigInt,
        text_digest -> Text,
        ties -> Text,
        digest -> Text,
        signed_at -> Timestamp,
    }
}

diesel::table! {
    assignment_modes (id) {
        id -> BigInt,
        evaluation_id -> BigInt,
        per_bid -> BigInt,
        seed -> Nullable<Text>,
        digest -> Nullable<Text>,
        assigned_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    assignments (id) {
        id -> BigInt,
        evaluation_id -> BigInt,
        bid_id -> BigInt,
        user_id -> BigInt,
        topic_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    score_sheets (id) {
        id -> BigInt,
        evaluation_id -> BigInt,
        subject_id -> BigInt,
        reviewer_id -> BigInt,
        state -> Text,
        marks -> Text,
        total -> BigInt,
        notes -> Text,
        submitted_at -> Nullable<Timestamp>,
        version -> BigInt,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        topic_id -> Nullable<BigInt>,
        on_paper -> Bool,
    }
}

diesel::table! {
    paper_sheets (id) {
        id -> BigInt,
        sheet_id -> BigInt,
        version_id -> Nullable<BigInt>,
        attachment_id -> BigInt,
        entered_by -> BigInt,
        entered_at -> Timestamp,
        reason -> Nullable<Text>,
        confirmed_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    sheet_versions (id) {
        id -> BigInt,
        sheet_id -> BigInt,
        kind -> Text,
        marks -> Text,
        total -> BigInt,
        notes -> Text,
        submitted_at -> Nullable<Timestamp>,
        reason -> Text,
        made_by -> BigInt,
        made_at -> Timestamp,
        ended_at -> Nullable<Timestamp>,
        restored -> Bool,
    }
}

diesel::table! {
    results (id) {
        id -> BigInt,
        evaluation_id -> BigInt,
        computed_at -> Timestamp,
        body -> Text,
        digest -> Text,
        head -> Nullable<Text>,
    }
}

diesel::table! {
    result_rows (id) {
        id -> BigInt,
        evaluation_id -> BigInt,
        topic_id -> BigInt,
        subject_id -> BigInt,
        place -> BigInt,
        rank -> Nullable<BigInt>,
        shown -> Nullable<BigInt>,
        sheets -> BigInt,
        proposal -> Text,
        outcome -> Nullable<Text>,
        reserve_order -> Nullable<BigInt>,
        deviation_reason -> Nullable<Text>,
        line -> Nullable<Text>,
        counted_sheets -> Nullable<Text>,
        normalized -> Nullable<BigInt>,
        shared -> Bool,
        normalized_rank -> Nullable<BigInt>,
    }
}

diesel::table! {
    tie_lots (id) {
        id -> BigInt,
        evaluation_id -> BigInt,
        topic_id -> BigInt,
        number -> BigInt,
        first_bid -> BigInt,
        bids -> Text,
        opened_at -> Timestamp,
        seed -> Nullable<Text>,
        outcome -> Nullable<Text>,
        drawn_at -> Nullable<Timestamp>,
        void_reason -> Nullable<Text>,
        voided_by -> Nullable<BigInt>,
        voided_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    tie_lot_parts (id) {
        id -> BigInt,
        lots_id -> BigInt,
        part -> Text,
        user_id -> BigInt,
        commitment -> Text,
        committed_at -> Timestamp,
        salt -> Nullable<Text>,
        word -> Nullable<Text>,
        revealed_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    superseded_results (id) {
        id -> BigInt,
        evaluation_id -> BigInt,
        objection_id -> Nullable<BigInt>,
        body -> Text,
        digest -> Text,
        computed_at -> Timestamp,
        decision -> Nullable<Text>,
        reason -> Text,
        superseded_at -> Timestamp,
        decision_id -> Nullable<BigInt>,
        published -> Bool,
    }
}

diesel::table! {
    fairness_reports (id) {
        id -> BigInt,
        evaluation_id -> BigInt,
        result_digest -> Text,
        body -> Text,
        digest -> Text,
        computed_at -> Timestamp,
    }
}

diesel::table! {
    decisions (id) {
        id -> BigInt,
        round_id -> BigInt,
        minute_number -> Text,
        minute_date -> Date,
        note -> Text,
        decided_by -> BigInt,
        decided_at -> Timestamp,
        fairness_digest -> Nullable<Text>,
    }
}

diesel::table! {
    complaints (id) {
        id -> BigInt,
        committee_id -> BigInt,
        name -> Text,
        contact -> Text,
        content -> Text,
        code_digest -> Text,
        state -> Text,
        lodged_at -> Timestamp,
        due_on -> Date,
        answer -> Nullable<Text>,
        answered_by -> Nullable<BigInt>,
        answered_at -> Nullable<Timestamp>,
        version -> BigInt,
    }
}

diesel::table! {
    objections (id) {
        id -> BigInt,
        round_id -> BigInt,
        bid_id -> Nullable<BigInt>,
        anonymous -> Bool,
        name -> Text,
        contact -> Text,
        content -> Text,
        code_digest -> Text,
        state -> Text,
        followups -> Text,
        lodged_at -> Timestamp,
        due_on -> Date,
        answer -> Nullable<Text>,
        answered_by -> Nullable<BigInt>,
        answered_at -> Nullable<Timestamp>,
        version -> BigInt,
        acknowledged_by -> Nullable<BigInt>,
        acknowledged_at -> Nullable<Timestamp>,
        effect -> Nullable<Text>,
    }
}
