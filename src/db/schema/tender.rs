//! Tables of rounds, bids and their keys.

diesel::table! {
    rounds (id) {
        id -> BigInt,
        committee_id -> BigInt,
        year -> BigInt,
        title -> Text,
        guide -> Text,
        state -> Text,
        opens_at -> Timestamp,
        deadline -> Timestamp,
        opening_at -> Timestamp,
        publicity_days -> BigInt,
        contract_days -> BigInt,
        bids_per_lane -> BigInt,
        onsite_weight -> BigInt,
        questionnaire_weight -> BigInt,
        appraisal_weight -> BigInt,
        process_weight -> BigInt,
        bid_count -> BigInt,
        published_at -> Nullable<Timestamp>,
        opened_at -> Nullable<Timestamp>,
        publicity_from -> Nullable<Date>,
        publicity_until -> Nullable<Date>,
        concluded_at -> Nullable<Timestamp>,
        cancel_reason -> Nullable<Text>,
        turn -> BigInt,
        version -> BigInt,
        created_by -> BigInt,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    topics (id) {
        id -> BigInt,
        round_id -> BigInt,
        position -> BigInt,
        lane -> Text,
        title -> Text,
        requirements -> Text,
        quota -> BigInt,
        budget_ceiling -> Nullable<BigInt>,
        minimum_bids -> BigInt,
        failed -> Bool,
    }
}

diesel::table! {
    schedule_amendments (id) {
        id -> BigInt,
        round_id -> BigInt,
        at -> Timestamp,
        actor_id -> BigInt,
        old_deadline -> Timestamp,
        new_deadline -> Timestamp,
        old_opening_at -> Timestamp,
        new_opening_at -> Timestamp,
        reason -> Text,
    }
}

diesel::table! {
    openings (id) {
        id -> BigInt,
        round_id -> BigInt,
        opened_by -> BigInt,
        witness_id -> BigInt,
        opened_at -> Timestamp,
        attendance -> Text,
        minute -> Text,
        checked -> BigInt,
        broken -> BigInt,
        audit_head -> Text,
    }
}

diesel::table! {
    round_questions (id) {
        id -> BigInt,
        round_id -> BigInt,
        organization_id -> BigInt,
        asked_by -> BigInt,
        asked_at -> Timestamp,
        question -> Text,
        answer -> Nullable<Text>,
        answered_by -> Nullable<BigInt>,
        answered_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    corrections (id) {
        id -> BigInt,
        round_id -> BigInt,
        posted_by -> BigInt,
        posted_at -> Timestamp,
        text -> Text,
    }
}

diesel::table! {
    round_origins (round_id) {
        round_id -> BigInt,
        origin_id -> BigInt,
        kind -> Text,
    }
}

diesel::table! {
    failed_topics (topic_id) {
        topic_id -> BigInt,
        round_id -> BigInt,
        failed_at -> Timestamp,
        valid_bids -> BigInt,
        decision -> Nullable<Text>,
        reason -> Nullable<Text>,
        decided_by -> Nullable<BigInt>,
        decided_at -> Nullable<Timestamp>,
        next_round_id -> Nullable<BigInt>,
        joint_lead_id -> Nullable<BigInt>,
        agreed_at -> Nullable<Timestamp>,
        awarded_by -> Nullable<BigInt>,
        awarded_at -> Nullable<Timestamp>,
        minute_number -> Nullable<Text>,
        minute_date -> Nullable<Date>,
        publicity_until -> Nullable<Date>,
    }
}

diesel::table! {
    joint_bids (bid_id) {
        bid_id -> BigInt,
        topic_id -> BigInt,
        answer -> Nullable<Text>,
        answered_by -> Nullable<BigInt>,
        answered_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    announcements (id) {
        id -> BigInt,
        committee_id -> BigInt,
        round_id -> Nullable<BigInt>,
        kind -> Text,
        title -> Text,
        body -> Text,
        posted_at -> Timestamp,
        ends_on -> Nullable<Date>,
        superseded_by -> Nullable<BigInt>,
        folded -> Text,
    }
}

diesel::table! {
    bids (id) {
        id -> BigInt,
        round_id -> BigInt,
        organization_id -> BigInt,
        state -> Text,
        draft -> Binary,
        draft_revision -> BigInt,
        draft_saved_at -> Timestamp,
        sealed -> Nullable<Binary>,
        digest -> Nullable<Text>,
        receipt -> Nullable<Text>,
        submitted_at -> Nullable<Timestamp>,
        submitted_by -> Nullable<BigInt>,
        withdrawn_at -> Nullable<Timestamp>,
        void_reason -> Nullable<Text>,
        topic_id -> Nullable<BigInt>,
        title -> Nullable<Text>,
        leader_name -> Nullable<Text>,
        budget_total -> Nullable<BigInt>,
        version -> BigInt,
        created_by -> BigInt,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        submitted_revision -> Nullable<BigInt>,
    }
}

diesel::table! {
    bid_revisions (id) {
        id -> BigInt,
        bid_id -> BigInt,
        revision -> BigInt,
        content -> Binary,
        saved_by -> BigInt,
        saved_at -> Timestamp,
        submitted_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    stored_files (storage_key) {
        storage_key -> Text,
        size -> BigInt,
        sha256 -> Text,
    }
}

diesel::table! {
    attachments (id) {
        id -> BigInt,
        subject_kind -> Text,
        subject_id -> BigInt,
        organization_id -> BigInt,
        name -> Text,
        media_type -> Text,
        size -> BigInt,
        sha256 -> Text,
        storage_key -> Text,
        uploaded_by -> BigInt,
        uploaded_at -> Timestamp,
        removed_at -> Nullable<Timestamp>,
        file_key -> Nullable<Binary>,
        sealed_facts -> Nullable<Binary>,
        added_in -> Nullable<BigInt>,
        removed_in -> Nullable<BigInt>,
        discarded_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    round_keys (id) {
        id -> BigInt,
        round_id -> BigInt,
        public_key -> Binary,
        threshold -> BigInt,
        reason -> Text,
        made_at -> Timestamp,
        retired_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    round_key_shares (id) {
        id -> BigInt,
        key_id -> BigInt,
        user_id -> BigInt,
        seat -> Text,
        holder_key -> Binary,
        sealed_share -> Binary,
        given_at -> Timestamp,
        retired_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    bid_keys (bid_id) {
        bid_id -> BigInt,
        by_server -> Nullable<Binary>,
        by_round -> Nullable<Binary>,
        round_key_id -> Nullable<BigInt>,
        by_organization -> Nullable<Binary>,
        organization_key_id -> Nullable<BigInt>,
        by_author -> Nullable<Binary>,
        author_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    similar_signings (round_id) {
        round_id -> BigInt,
        signing_id -> BigInt,
        committee_id -> BigInt,
        bids -> BigInt,
        parts -> BigInt,
        digest -> Text,
        made_at -> Timestamp,
    }
}

diesel::table! {
    similar_parts (signing_id, part) {
        signing_id -> BigInt,
        part -> BigInt,
        round_id -> BigInt,
        signatures -> Binary,
        fields -> Binary,
    }
}

diesel::table! {
    similar_searches (round_id) {
        round_id -> BigInt,
        bids -> BigInt,
        earlier -> BigInt,
        pairs -> BigInt,
        common -> Binary,
        searched_by -> BigInt,
        searched_at -> Timestamp,
    }
}

diesel::table! {
    similar_pairs (id) {
        id -> BigInt,
        round_id -> BigInt,
        position -> BigInt,
        kind -> Text,
        bid_id -> BigInt,
        other_id -> BigInt,
        topic_id -> Nullable<BigInt>,
        other_topic_id -> Nullable<BigInt>,
        jaccard -> BigInt,
        contained -> BigInt,
        decision -> Text,
        reason -> Text,
        decided_by -> Nullable<BigInt>,
        decided_at -> Nullable<Timestamp>,
        version -> BigInt,
        found_at -> Timestamp,
    }
}

diesel::table! {
    mergers (id) {
        id -> BigInt,
        round_id -> BigInt,
        lead_bid_id -> BigInt,
        statement -> Text,
        reason -> Text,
        digest -> Text,
        state -> Text,
        ended_reason -> Nullable<Text>,
        proposed_by -> BigInt,
        proposed_at -> Timestamp,
        ended_at -> Nullable<Timestamp>,
        version -> BigInt,
    }
}

diesel::table! {
    merger_bids (merger_id, bid_id) {
        merger_id -> BigInt,
        bid_id -> BigInt,
        topic_id -> BigInt,
        answer -> Nullable<Text>,
        reason -> Nullable<Text>,
        answered_by -> Nullable<BigInt>,
        answered_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    topic_splits (topic_id) {
        topic_id -> BigInt,
        round_id -> BigInt,
        reason -> Text,
        state -> Text,
        proposed_by -> BigInt,
        proposed_at -> Timestamp,
        settled_at -> Nullable<Timestamp>,
        version -> BigInt,
    }
}

diesel::table! {
    topic_shares (topic_id, bid_id) {
        topic_id -> BigInt,
        bid_id -> BigInt,
        scope -> Text,
        budget -> BigInt,
    }
}
