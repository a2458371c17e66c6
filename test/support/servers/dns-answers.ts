import packet from "dns-packet";
import type { AskedQuestion } from "./dns-server.ts";

type Section = "answers" | "authorities" | "additionals";

/** An answer of any records, encoded by the library that most of the world uses. */
export function answer(sections: Partial<Record<Section, readonly unknown[]>>, flags = 0x0180) {
  return ({ id, name, type }: AskedQuestion): Buffer => {
    const questions = [{ name, type: packet.decode(question(id, name, type)).questions?.[0]?.type }];
    return packet.encode({ type: "response", id, flags, questions, ...sections } as unknown as packet.Packet);
  };
}

function question(id: number, name: string, type: number): Buffer {
  return packet.encode({
    type: "query",
    id,
    questions: [{ name, type: `UNKNOWN_${type}` }],
  } as unknown as packet.Packet);
}
