"""Words and how many syllables they have."""

from typing import Final

SYLLABLES: Final[dict[str, dict[str, int]]] = {
    "es": {"casa": 2, "país": 2, "río": 2, "guerra": 2, "queso": 2, "pingüino": 3, "aéreo": 4, "ahora": 3, "muy": 1, "rey": 1, "y": 1, "yo": 1, "construcción": 3, "ciudad": 2, "viuda": 2, "poeta": 3, "caer": 2, "león": 2, "buey": 1, "averiguáis": 4, "transporte": 3, "contrato": 3, "obligación": 4, "leía": 3, "veíamos": 4, "ahí": 2, "búho": 2, "prohibir": 2, "institución": 4, "agua": 2, "cuota": 2, "aire": 2, "oír": 2, "egoísta": 4, "día": 2, "leyes": 2, "ayuda": 3, "europeo": 4, "cacao": 3, "murciélago": 4, "actuación": 3, "jesuita": 3, "línea": 3, "hielo": 2, "uruguay": 3, "averigüe": 4, "sur": 1, "teatro": 3, "baúl": 2, "oeste": 3, "maíz": 2},
    "en": {"the": 1, "even": 2, "react": 2, "agreement": 3, "table": 2, "wanted": 2, "stopped": 1, "boxes": 2, "makes": 1, "houses": 2, "contract": 2, "delivery": 4, "supplier": 3, "obligation": 4, "area": 3, "idea": 3, "create": 2, "business": 2, "quality": 3, "every": 2, "make": 1, "money": 2, "people": 2, "invoice": 2, "company": 3, "document": 3, "purchase": 2, "language": 2, "responsible": 4, "termination": 4, "beautiful": 3, "science": 2, "quiet": 2, "being": 2, "going": 2, "payable": 3, "due": 1, "may": 1, "parties": 2, "reasonable": 4, "written": 2, "notice": 2, "employee": 3, "liability": 5, "governed": 2, "through": 1, "rhythm": 2, "provided": 3, "enforceable": 4, "independently": 5},
}  # fmt: skip
