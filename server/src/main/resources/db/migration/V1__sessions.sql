-- One row for each session (one authenticated client on one connection), open or over.
create table sessions (
    id                bigint generated always as identity primary key,
    node              text        not null,
    incarnation       bigint      not null,
    client            text        not null,
    user_id           text        not null, -- empty: anonymous
    address           inet,                 -- null: not known
    transport         text        not null,
    client_name       text        not null, -- as the client calls itself, empty if it does not
    client_version    text        not null,
    connected_at      timestamptz not null,
    disconnected_at   timestamptz,          -- null: still open
    disconnect_code   integer,              -- null: open, or lost with its node
    disconnect_reason text,
    -- Writes of one session may come twice or in any order: they meet here.
    constraint sessions_client_key unique (client)
);

-- "What did this user do?", newest first.
create index sessions_user_idx on sessions (user_id, connected_at desc);

-- "Who is on this node now?", and what a node that died left open.
create index sessions_open_idx on sessions (node, connected_at) where disconnected_at is null;

-- "Who came from this address or network?"
create index sessions_address_idx on sessions (address, connected_at desc);

-- "What happened between two and three?", and removal of old rows. Rows come in the order of time.
create index sessions_time_idx on sessions using brin (connected_at);
