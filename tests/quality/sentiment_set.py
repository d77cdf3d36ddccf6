"""Sentences whose sentiment is known, written before anything was measured; none is a seed of the method."""

from typing import Final

ENGLISH: Final[dict[str, tuple[str, ...]]] = {
    "positive": (
        "The nurse was kind and explained every step to my father.",
        "This is by far the best keyboard I have owned.",
        "Thanks to the new supplier our costs went down and nobody complains any more.",
        "I would recommend this hotel to anyone.",
        "The app never crashes and saves us hours every week.",
        "What a wonderful concert, we stayed until the very end!",
        "They fixed the leak on the same day and charged a fair price.",
        "Profits beat expectations for the third quarter in a row.",
        "The food was fresh and delicious.",
        "Our students improved a lot this year and their parents are proud.",
        "Setup took two minutes and worked at the first try.",
    ),
    "neutral": (
        "The train to Leeds departs from platform four.",
        "Section seven describes the format of the file.",
        "The warehouse is open from Monday to Friday.",
        "The board consists of five members, elected every three years.",
        "Please find attached the minutes of the last session.",
        "The parcel weighs two kilograms.",
        "The form must be sent to the registry office.",
        "A copy of the report is kept in the archive.",
        "The company was founded in 1987 and has its seat in Porto.",
        "The password must contain at least eight characters.",
        "The lease begins on the first of June.",
    ),
    "negative": (
        "My suitcase arrived three days late and with a broken wheel.",
        "I waited an hour on the phone and then they hung up on me.",
        "The room smelled of smoke and the sheets were dirty.",
        "The update deleted all my photos, I am furious.",
        "Do not buy this, it is a waste of money.",
        "The figures in the report are wrong and nobody noticed.",
        "Revenue fell sharply and two plants had to close.",
        "The instructions are confusing and half of the screws are missing.",
        "I regret having signed this contract.",
        "The film was boring from start to finish.",
        "Our complaints have been ignored for months.",
    ),
}

SPANISH: Final[dict[str, tuple[str, ...]]] = {
    "positive": (
        "La enfermera fue muy cariñosa con mi abuela.",
        "Es el mejor teclado que he comprado en años.",
        "Gracias al nuevo proveedor gastamos menos y todos están satisfechos.",
        "Recomiendo este hotel a cualquiera.",
        "La aplicación va de maravilla y nos ahorra mucho tiempo.",
        "¡Qué concierto tan bonito, nos quedamos hasta el final!",
        "Arreglaron la avería el mismo día y a buen precio.",
        "Los beneficios superaron las previsiones por tercer trimestre seguido.",
        "La comida estaba riquísima.",
        "Los alumnos han mejorado mucho y sus padres están orgullosos.",
        "La instalación fue rápida y funcionó a la primera.",
    ),
    "neutral": (
        "El tren a Zaragoza sale del andén cuatro.",
        "El apartado siete describe el formato del fichero.",
        "El almacén abre de lunes a viernes.",
        "El consejo se compone de cinco miembros elegidos cada tres años.",
        "Se adjunta el acta de la última sesión.",
        "El paquete pesa dos kilos.",
        "El formulario se presenta en la oficina del registro.",
        "Una copia del informe se guarda en el archivo.",
        "La empresa se fundó en 1987 y tiene su sede en Oporto.",
        "La contraseña debe tener al menos ocho caracteres.",
        "El alquiler empieza el primero de junio.",
    ),
    "negative": (
        "Mi maleta llegó tres días tarde y con una rueda rota.",
        "Esperé una hora al teléfono y luego me colgaron.",
        "La habitación olía a tabaco y las sábanas estaban sucias.",
        "La actualización borró todas mis fotos, estoy furioso.",
        "No lo compréis, es tirar el dinero.",
        "Las cifras del informe están mal y nadie se dio cuenta.",
        "Los ingresos cayeron con fuerza y hubo que cerrar dos fábricas.",
        "Las instrucciones son confusas y faltan la mitad de los tornillos.",
        "Me arrepiento de haber firmado este contrato.",
        "La película fue aburrida de principio a fin.",
        "Llevan meses sin hacer caso a nuestras quejas.",
    ),
}

# What this kind of method finds hard: praise by denial, blame by praise, two moods at once.
HARD: Final[tuple[tuple[str, str], ...]] = (
    ("It was not bad at all, I would buy it again.", "positive"),
    ("Nothing to complain about.", "positive"),
    ("No está nada mal, lo volvería a comprar.", "positive"),
    ("No tengo ninguna queja.", "positive"),
    ("Great, it broke again.", "negative"),
    ("I expected much more from such an expensive phone.", "negative"),
    ("Genial, se ha vuelto a estropear.", "negative"),
    ("Esperaba mucho más de un teléfono tan caro.", "negative"),
)
