// Apollo Server with graphql-shield: the consent comes with the row, and a rule in memory
// checks it for each field; lists behind a person go through dataloader.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { ApolloServer, HeaderMap } from "@apollo/server";
import { makeExecutableSchema } from "@graphql-tools/schema";
import DataLoader from "dataloader";
import { applyMiddleware } from "graphql-middleware";
import { rule, shield } from "graphql-shield";
import pg from "pg";

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: Number(process.env.DATABASE_CONNECTIONS) });
const query = async (name, text, values) => (await pool.query({ name, text, values })).rows;
pg.types.setTypeParser(1082, (day) => day); // dates as they are written

const bits = Object.fromEntries(
  `FAMILY_NAME GIVEN_NAME PATRONYMIC IIN BIRTH_DATE SEX PHONE EMAIL TESTEE_CODE ENT_RESULT PROFILE_SUBJECTS ENT_SCORES
  ENT_LANGUAGE ENT_DATE ENT_PLACE REGION ADDRESS GRANT_RESULT GRANT_APPLICATION GRANT_QUOTAS SURVEY`
    .split(/\s+/).map((category, n) => [category, 2n ** BigInt(n + 1)]),
);

const leads = `
  SELECT l.id, l.requested_at, a.user_id, a.family_name, a.given_name, a.patronymic, a.phone, a.email, a.region, c.covers
  FROM lead l
  JOIN consent c ON c.user_id = l.user_id AND c.university = l.university AND c.id = l.consent_id
  JOIN peer.applicant a ON a.user_id = l.user_id
  WHERE l.university = $1 AND c.withdrawn_at IS NULL AND c.expires_at > now()`;
const person = `
  SELECT user_id, family_name, given_name, patronymic, iin, birth_date, sex, phone, email, profile_subjects, region, address
  FROM peer.applicant WHERE user_id = $1`;
const results = `
  SELECT user_id, year, session, total, language, subjects, scores FROM ent_result WHERE user_id = ANY ($1)
  ORDER BY user_id, year DESC, array_position(ARRAY['JANUARY', 'MARCH', 'MAIN', 'AUGUST'], session) DESC, total DESC, id`;
const applications = `
  SELECT g.user_id, g.id, g.year, g.status FROM grant_application g WHERE g.user_id = ANY ($1) ORDER BY g.year DESC`;
const choices = `
  SELECT c.user_id, c.application_id, c.priority, c.programme, c.university FROM grant_choice c WHERE c.user_id = ANY ($1) ORDER BY c.priority`;

const grouped = (name, text, key) =>
  new DataLoader(async (ids) => {
    const groups = new Map(ids.map((id) => [id, []]));
    for (const row of await query(name, text, [ids])) groups.get(row[key]).push(row);
    return ids.map((id) => groups.get(id));
  });

const lead = (row) => ({ id: row.id, requestedAt: row.requested_at.toISOString().replace(".000Z", "Z"), user: user(row, BigInt(row.covers)) });
const user = (row, covers) => ({
  covers, id: row.user_id, familyName: row.family_name, givenName: row.given_name, patronymic: row.patronymic, iin: row.iin,
  birthDate: row.birth_date, sex: row.sex, phone: row.phone, email: row.email, profileSubjects: row.profile_subjects,
  region: row.region && { code: row.region }, address: row.address,
});

const resolvers = {
  Query: {
    leads: async (_, { first }, { university }) => {
      const rows = await query("leads", leads + " ORDER BY l.requested_at DESC, l.id DESC LIMIT $2", [university, first]);
      return { nodes: rows.map(lead) };
    },
    lead: async (_, { id }, { university }) => {
      const rows = await query("lead", leads + " AND l.id = $2", [university, id]);
      return rows.length > 0 ? lead(rows[0]) : null;
    },
    me: async (_, __, context) => user((await query("person", person, [context.user]))[0], -1n),
  },
  User: {
    entResults: async ({ id, covers }, _, { results }) =>
      (await results.load(id)).map((row) => ({
        covers, year: row.year, session: row.session, total: row.total, language: row.language,
        scores: row.subjects.map((subject, n) => ({ covers, subject, score: row.scores[n] })),
      })),
    grantApplications: async ({ id, covers }, _, { applications }) =>
      (await applications.load(id)).map((row) => ({ covers, user: id, id: row.id, year: row.year, status: row.status })),
  },
  GrantApplication: {
    choices: async ({ user, id, covers }, _, { choices }) =>
      (await choices.load(user)).filter((row) => row.application_id === id).map((row) => ({
        covers, priority: row.priority, programme: { code: row.programme }, university: { code: row.university },
      })),
  },
};

const typeDefs = readFileSync(new URL("../cmd/plain/schema.graphqls", import.meta.url), "utf8");
const schema = makeExecutableSchema({ typeDefs, resolvers });

// The rules: every field that the schema gives a category.
const covered = (category) => rule({ cache: "no_cache" })(({ covers }) => (covers & bits[category]) !== 0n);
const rules = {};
for (const type of Object.values(schema.getTypeMap())) {
  for (const field of Object.values(type.getFields?.() ?? {})) {
    const directive = field.astNode?.directives.find((d) => d.name.value === "consent");
    if (directive) (rules[type.name] ??= {})[field.name] = covered(directive.arguments[0].value.value);
  }
}
const guarded = applyMiddleware(schema, shield(rules, { fallbackError: () => null, allowExternalErrors: true }));

const apollo = new ApolloServer({ schema: guarded, introspection: false });
await apollo.start();

const [host, port] = process.env.ADDR.split(":");
createServer(async (request, response) => {
  const parts = [];
  for await (const part of request) parts.push(part);
  const headers = new HeaderMap(Object.entries(request.headers));
  const { status, headers: sent, body } = await apollo.executeHTTPGraphQLRequest({
    httpGraphQLRequest: { method: request.method, headers, search: "", body: JSON.parse(Buffer.concat(parts)) },
    context: async () => ({
      university: request.headers["x-university"], user: request.headers["x-user"],
      results: grouped("results", results, "user_id"), applications: grouped("applications", applications, "user_id"),
      choices: grouped("choices", choices, "user_id"),
    }),
  });
  response.writeHead(status ?? 200, Object.fromEntries(sent));
  response.end(body.string);
}).listen(Number(port), host);
