-- A collection of natural history: the second database of the conformance tests. Small, and made of md5 only.
CREATE EXTENSION IF NOT EXISTS citext;
CREATE SCHEMA lab;
SET search_path = lab, public;

CREATE TYPE status AS ENUM ('planned', 'open', 'on hold', 'closed');

CREATE TABLE country (
  code char(2) PRIMARY KEY,
  name varchar(80) NOT NULL UNIQUE,
  iso3 char(3) UNIQUE,
  symbol char(5),
  area numeric(12,3),
  gdp numeric(20,4),
  population bigint,
  founded date,
  landlocked boolean,
  "flagColours" text[] NOT NULL DEFAULT '{}',
  calling_code smallint
);

CREATE TABLE institute (
  id uuid PRIMARY KEY,
  slug varchar(50) NOT NULL UNIQUE,
  title text NOT NULL,
  country_id char(2) NOT NULL REFERENCES country,
  parent_id uuid REFERENCES institute,
  kind smallint NOT NULL,
  status status NOT NULL DEFAULT 'open',
  website varchar(200),
  email varchar(254),
  opened date,
  budget numeric(14,2),
  rating real,
  open_from time,
  open_to time,
  ip inet,
  created timestamptz NOT NULL,
  tags varchar(30)[] NOT NULL DEFAULT '{}',
  contact jsonb,
  "Hidden Code" integer
);

CREATE TABLE person (
  id serial PRIMARY KEY,
  "Full Name" varchar(120) NOT NULL,
  login citext NOT NULL UNIQUE,
  institute_id uuid REFERENCES institute,
  "formerInstitute" uuid REFERENCES institute,
  mentor_id integer REFERENCES person,
  born date,
  salary numeric(9,2),
  hours real,
  languages text[] NOT NULL DEFAULT '{}',
  active boolean NOT NULL DEFAULT true,
  note text
);

CREATE TABLE profile (
  person_id integer PRIMARY KEY REFERENCES person,
  bio text NOT NULL DEFAULT '',
  photo bytea,
  prefs jsonb NOT NULL DEFAULT '{}',
  level smallint NOT NULL,
  badge uuid UNIQUE
);

CREATE TABLE taxon (
  id serial PRIMARY KEY,
  code varchar(12) NOT NULL UNIQUE,
  name varchar(80) NOT NULL,
  rank varchar(10) NOT NULL,
  parent_id integer REFERENCES taxon,
  author varchar(60)
);

CREATE TABLE keyword (
  word text PRIMARY KEY,
  label varchar(60) NOT NULL,
  weight double precision
);

CREATE TABLE specimen (
  id bigint PRIMARY KEY,
  catalog_no varchar(40) NOT NULL UNIQUE,
  taxon_code varchar(12) NOT NULL REFERENCES taxon(code),
  institute_id uuid NOT NULL REFERENCES institute,
  collector_id integer REFERENCES person,
  determiner_id integer REFERENCES person,
  collected_on date,
  collected_at timestamptz,
  prepared interval,
  weight numeric(10,4),
  length double precision,
  width real,
  count integer NOT NULL DEFAULT 1,
  class smallint,
  type varchar(10) NOT NULL,
  "order" integer,
  page integer,
  format varchar(10),
  sex char(1),
  checked boolean,
  grid integer[] NOT NULL DEFAULT '{}',
  seen_on date[],
  measurements double precision[],
  attrs jsonb,
  guid uuid NOT NULL UNIQUE,
  remarks text
);

CREATE TABLE specimen_keyword (
  id serial PRIMARY KEY,
  specimen_id bigint NOT NULL REFERENCES specimen,
  keyword_id text NOT NULL REFERENCES keyword,
  UNIQUE (specimen_id, keyword_id)
);

CREATE TABLE loan (
  id serial PRIMARY KEY,
  specimen_id bigint NOT NULL REFERENCES specimen,
  institute_id uuid NOT NULL REFERENCES institute,
  since date NOT NULL,
  until date,
  fee numeric(8,3),
  UNIQUE (specimen_id, institute_id, since)
);

CREATE TABLE event (
  id bigserial PRIMARY KEY,
  at timestamptz NOT NULL,
  local_time timestamp(3),
  specimen_id bigint REFERENCES specimen,
  kind varchar(20) NOT NULL,
  severity smallint NOT NULL,
  message text,
  took interval,
  value numeric(6,0)
);

CREATE TABLE "MixedCase" (
  "Id" integer PRIMARY KEY,
  "someValue" varchar(20),
  "Page" integer,
  "search" text,
  limited boolean NOT NULL DEFAULT false
);
