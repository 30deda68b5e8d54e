// Every kind of page, over the samples.

/** The address of a record of the samples. */
async function anyRecord(origin) {
  const answer = await fetch(`${origin}/api/v1/search?${new URLSearchParams({ q: '避難所' })}`);
  const { hits } = await answer.json();
  return hits[0].url;
}

/** `/search` with these parameters. */
function search(parameters) {
  return `/search?${new URLSearchParams(parameters)}`;
}

/** `/compare` with these parameters. */
function compare(parameters) {
  return `/compare?${new URLSearchParams(parameters)}`;
}

/**
 * Each kind of page with its path and its status.
 *
 * @returns {Promise<Array<{kind: string, path: string, status: number}>>}
 */
export async function pageKinds(origin) {
  const record = await anyRecord(origin);
  const kinds = [
    { kind: 'start', path: '/' },
    { kind: 'results', path: search([['q', '窓口']]) },
    {
      kind: 'filtered',
      path: search([
        ['q', '窓口'], ['division', '区政推進部'], ['division', '区民生活部'], ['fiscal_year', '2022'],
      ]),
    },
    { kind: 'explained', path: search([['q', '窓口'], ['explain', 'true']]) },
    { kind: 'widened', path: search([['q', '令和4年度 引越し']]) },
    { kind: 'zero hits', path: search([['q', '"宇宙旅行"'], ['fiscal_year', '2022']]) },
    { kind: 'did you mean', path: search([['q', '避難処']]) },
    { kind: 'page 2', path: search([['page', '2']]) },
    { kind: 'behind the end', path: search([['q', '避難所'], ['page', '9']]) },
    { kind: 'choices looked through', path: search([['q', '窓口'], ['choices', '総務']]) },
    { kind: 'results with readings', path: search([['q', '窓口'], ['ruby', 'true']]) },
    { kind: 'record', path: record },
    { kind: 'record of a search', path: `${record}?${new URLSearchParams({ q: '避難所' })}` },
    { kind: 'record with readings', path: `${record}?ruby=true` },
    { kind: 'divisions to compare', path: '/compare' },
    {
      kind: 'years compared',
      path: `/compare?${new URLSearchParams([['division', '区政推進部'], ['organization', '丘手区役所']])}`,
    },
    { kind: 'divisions compared', path: `/compare?${new URLSearchParams({ record: record.split('/').at(-1) })}` },
    { kind: 'years of an unknown division', path: `/compare?${new URLSearchParams({ division: '宇宙旅行課' })}` },
    { kind: 'counts', path: '/analysis' },
    {
      kind: 'counts, trends and words',
      path: `/analysis?${new URLSearchParams([
        ['q', '窓口'], ['rows', 'organization'], ['columns', 'category'], ['compare', '案内'], ['of', 'fiscal_year:2022'],
      ])}`,
    },
    { kind: 'counts of nothing', path: `/analysis?${new URLSearchParams([['q', '"宇宙旅行"']])}` },
    { kind: 'ways to compare', path: '/compare' },
    { kind: 'organisation to choose', path: compare([['division', '窓口サービス部']]) },
    {
      kind: 'comparison',
      path: compare([['division', '窓口サービス部'], ['organization', '浜手区役所']]),
    },
    {
      kind: 'comparison with readings',
      path: compare([
        ['division', '窓口サービス部/区民課'], ['organization', '浜手区役所'], ['ruby', 'true'],
      ]),
    },
    { kind: 'nothing to compare', path: compare([['division', '宇宙開発部']]) },
    { kind: 'other divisions', path: compare([['record', record.split('/').pop()]]) },
    { kind: 'help', path: '/help' },
    { kind: 'accessibility statement', path: '/accessibility' },
    { kind: 'not found', path: '/records/nothing', status: 404 },
    { kind: 'refused', path: search([['q', 'あ'.repeat(600)]]), status: 400 },
  ];
  return kinds.map((kind) => ({ status: 200, ...kind }));
}
