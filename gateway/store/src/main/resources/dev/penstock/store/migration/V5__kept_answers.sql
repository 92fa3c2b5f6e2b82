-- Answers of the cache, sealed: nothing of a question or an answer can be read here. `bytes` is what one counts as.
create table kept_answer (
  name varchar(64) primary key,
  tenant varchar(64) not null,
  api_key varchar(64) not null,
  model varchar(256) not null,
  sealed bytea not null,
  bytes bigint not null,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null
);
-- All that is needed to find what is too old and too much, without reading answers.
create index kept_answer_age on kept_answer (created_at desc, name desc, bytes);
create index kept_answer_end on kept_answer (expires_at);

-- One row: whoever changes answers locks it, so that no two wait for each other's.
create table kept_answer_lock (
  one integer primary key check (one = 1)
);
insert into kept_answer_lock (one) values (1);
