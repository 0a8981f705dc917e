/** The people, the teams and the counts: what the panel needs once after each connect, and hears of from then on. */
import { defineStore } from "pinia";
import { ref } from "vue";
import type { BoardView, ColleagueView, TeamView } from "@/protocol.gen";
import { useConnection } from "@/realtime/connection";
import { RequestError, on, request } from "@/realtime/socket";
import { i18n } from "@/words";

export const useWorkspace = defineStore("workspace", () => {
  const me = ref<ColleagueView | null>(null);
  const colleagues = ref<readonly ColleagueView[]>([]);
  const teams = ref<readonly TeamView[]>([]);
  const board = ref<BoardView | null>(null);

  async function read(): Promise<void> {
    try {
      const workspace = await request("workspace.read", {});
      me.value = workspace.me;
      colleagues.value = workspace.colleagues;
      teams.value = workspace.teams;
      board.value = workspace.board;
    } catch (failure) {
      // The connection broke in between; the next connect reads it again.
      if (!(failure instanceof RequestError)) throw failure;
    }
  }

  useConnection().whenOnline(() => void read());
  on("board.changed", (event) => (board.value = event.board));
  on("colleagues.changed", (event) => {
    colleagues.value = event.colleagues;
    me.value = event.colleagues.find((one) => one.id === me.value?.id) ?? me.value;
  });

  function teamName(id: string): string {
    const { t, te } = i18n.global;
    return te(`team.${id}`) ? t(`team.${id}`) : (teams.value.find((team) => team.id === id)?.name ?? id);
  }

  /** Throws `RequestError`. */
  async function setAvailability(availability: ColleagueView["availability"]): Promise<void> {
    me.value = await request("availability.set", { availability });
  }

  function forget(): void {
    me.value = null;
    board.value = null;
    colleagues.value = [];
  }

  return { me, colleagues, teams, board, teamName, setAvailability, forget };
});
