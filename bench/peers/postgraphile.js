// PostGraphile over the masking views, or with RLS set, over tables with row-level security.
import { createServer } from "node:http";
import { postgraphile } from "postgraphile";
import { makePgService } from "postgraphile/adaptors/pg";
import { grafserv } from "postgraphile/grafserv/node";
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";

const rls = Boolean(process.env.RLS);
const preset = {
  extends: [PostGraphileAmberPreset],
  pgServices: [makePgService({ connectionString: process.env.DATABASE_URL, schemas: [rls ? "rls" : "masked"], poolConfig: { max: Number(process.env.DATABASE_CONNECTIONS) } })],
  grafserv: { graphqlPath: "/graphql", graphiql: false, watch: false },
  grafast: {
    context: ({ node }) => ({
      pgSettings: {
        ...(rls && { role: "peer_reader" }),
        "peer.university": node?.req.headers["x-university"] ?? "",
        "peer.user": node?.req.headers["x-user"] ?? "",
      },
    }),
  },
};

const [host, port] = process.env.ADDR.split(":");
const server = createServer();
await postgraphile(preset).createServ(grafserv).addTo(server);
server.listen(Number(port), host);
