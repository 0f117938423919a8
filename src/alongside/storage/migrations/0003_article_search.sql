-- Finding articles by what they answer: stemmed words by the language of each article, and a short label
-- for those that are offered as a topic.
--
-- No index on the words: under row security a condition that is not leakproof, such as @@, can use none.
-- The fence's own condition finds a workspace's articles by the primary key, and those are few.

-- No release has this table yet, so nobody waits for the rewrite:
-- squawk-ignore-file adding-field-with-default, require-concurrent-index-creation

create function article_stemmer(locale text) returns regconfig
    language sql immutable parallel safe
    return case
        when locale like 'de%' then 'pg_catalog.german'::regconfig
        when locale like 'en%' then 'pg_catalog.english'::regconfig
        else 'pg_catalog.simple'::regconfig
    end;

create function article_words(locale text, title text, questions text[], body text) returns tsvector
    language sql immutable parallel safe
    return to_tsvector(
        article_stemmer(locale), title || ' ' || array_to_string(questions, ' ') || ' ' || body
    );

alter table article
    add column topic text check (char_length(topic) between 1 and 60),
    add column words tsvector not null generated always as (article_words(locale, title, questions, body)) stored;

create index article_published on article (workspace_id, locale, published_at) where published_at is not null;

-- Mistyped words are found by trigrams. A database that does not have the extension, or an owner who may not
-- create it, does without: knowledge/trigrams.py then computes the same.
do $$
begin
    create extension if not exists pg_trgm;
exception
    when insufficient_privilege or undefined_file or feature_not_supported then
        raise notice 'pg_trgm is not available: %', sqlerrm;
end
$$;
