//! Tables of people, sessions, keys, the trail, the calendar.

diesel::table! {
    organizations (id) {
        id -> BigInt,
        parent_id -> Nullable<BigInt>,
        committee_id -> BigInt,
        kind -> Text,
        name -> Text,
        short_name -> Text,
        code -> Text,
        position -> BigInt,
        path -> Text,
        disabled -> Bool,
        version -> BigInt,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        folded -> Text,
        code_key -> Text,
        successor_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    former_names (id) {
        id -> BigInt,
        organization_id -> BigInt,
        name -> Text,
        short_name -> Text,
        until -> Timestamp,
        code -> Text,
    }
}

diesel::table! {
    users (id) {
        id -> BigInt,
        organization_id -> BigInt,
        staff_number -> Text,
        username -> Nullable<Text>,
        name -> Text,
        post -> Text,
        password_hash -> Nullable<Text>,
        demo -> Bool,
        disabled -> Bool,
        version -> BigInt,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        folded -> Text,
        staff_key -> Text,
        phone -> Nullable<Text>,
        mail -> Nullable<Text>,
        reading -> Nullable<Text>,
        sort_key -> Text,
    }
}

diesel::table! {
    former_people (id) {
        id -> BigInt,
        user_id -> BigInt,
        organization_id -> BigInt,
        name -> Text,
        post -> Text,
        until -> Timestamp,
    }
}

diesel::table! {
    user_roles (id) {
        id -> BigInt,
        user_id -> BigInt,
        role -> Text,
        organization_id -> BigInt,
        granted_at -> Timestamp,
        revoked_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    sessions (id) {
        id -> BigInt,
        user_id -> BigInt,
        kind -> Text,
        created_at -> Timestamp,
        last_seen_at -> Timestamp,
        expires_at -> Timestamp,
        revoked_at -> Nullable<Timestamp>,
        locked_key -> Nullable<Binary>,
        one_time -> Bool,
        device -> Nullable<Text>,
    }
}

diesel::table! {
    password_counters (id) {
        id -> BigInt,
        user_id -> BigInt,
        device -> Text,
        failed -> BigInt,
        locked_until -> Nullable<Timestamp>,
        used_at -> Timestamp,
    }
}

diesel::table! {
    failed_attempts (id) {
        id -> BigInt,
        user_id -> BigInt,
        at -> Timestamp,
        client -> Text,
        device -> Text,
        locked -> Bool,
    }
}

diesel::table! {
    pending_grants (id) {
        id -> BigInt,
        user_id -> BigInt,
        role -> Text,
        organization_id -> BigInt,
        why -> Text,
        asked_by -> BigInt,
        asked_at -> Timestamp,
        answered_by -> Nullable<BigInt>,
        answered_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    set_passwords (id) {
        id -> BigInt,
        user_id -> BigInt,
        reason -> Text,
        asked_by -> Nullable<BigInt>,
        asked_as -> Nullable<Text>,
        asked_at -> Timestamp,
        set_by -> Nullable<BigInt>,
        set_at -> Nullable<Timestamp>,
        ended_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    idempotency_keys (id) {
        id -> BigInt,
        user_id -> BigInt,
        idempotency_key -> Text,
        request_digest -> Text,
        status -> BigInt,
        body -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    settings (name) {
        name -> Text,
        value -> Text,
    }
}

diesel::table! {
    public_version (id) {
        id -> BigInt,
        version -> BigInt,
    }
}

diesel::table! {
    holidays (day) {
        day -> Date,
        working -> Bool,
        name -> Text,
    }
}

diesel::table! {
    holiday_years (year) {
        year -> BigInt,
        digest -> Text,
        version -> BigInt,
        updated_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    audit_chains (id) {
        id -> BigInt,
        committee_id -> Nullable<BigInt>,
        count -> BigInt,
        head -> Text,
        peaks -> Text,
    }
}

diesel::table! {
    audit_events (id) {
        id -> BigInt,
        chain_id -> BigInt,
        seq -> BigInt,
        at -> Timestamp,
        actor_id -> Nullable<BigInt>,
        actor_name -> Text,
        organization_id -> Nullable<BigInt>,
        verb -> Text,
        subject_kind -> Text,
        subject_id -> BigInt,
        subject_version -> BigInt,
        round_id -> Nullable<BigInt>,
        detail -> Text,
        previous_digest -> Text,
        digest -> Text,
        salt -> Nullable<Text>,
        left_digest -> Nullable<Text>,
        seal -> Nullable<Text>,
        nodes -> Nullable<Text>,
    }
}

diesel::table! {
    audit_signers (id) {
        id -> BigInt,
        user_id -> BigInt,
        public_key -> Text,
        registered_at -> Timestamp,
        ended_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    checkpoints (id) {
        id -> BigInt,
        signer_id -> BigInt,
        received_at -> Timestamp,
        body -> Text,
    }
}

diesel::table! {
    checkpoint_heads (chain_id, count, checkpoint_id) {
        checkpoint_id -> BigInt,
        chain_id -> BigInt,
        count -> BigInt,
    }
}

diesel::table! {
    audit_rows (table_name, row_key, nth) {
        table_name -> Text,
        row_key -> Text,
        nth -> BigInt,
        event_id -> BigInt,
        digest -> Nullable<Text>,
    }
}

diesel::table! {
    user_keys (user_id) {
        user_id -> BigInt,
        public_key -> Binary,
        locked_key -> Binary,
        salt -> Binary,
        cost -> Text,
        made_at -> Timestamp,
    }
}

diesel::table! {
    organization_keys (id) {
        id -> BigInt,
        organization_id -> BigInt,
        public_key -> Binary,
        made_at -> Timestamp,
        retired_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    organization_key_grants (id) {
        id -> BigInt,
        key_id -> BigInt,
        user_id -> BigInt,
        sealed_key -> Binary,
        granted_by -> Nullable<BigInt>,
        granted_at -> Timestamp,
        ended_at -> Nullable<Timestamp>,
    }
}
