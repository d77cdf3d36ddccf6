"""Beginnings of documents whose kind is known, and short texts with classes of their own."""

from typing import Final

KINDS: Final[dict[str, tuple[str, ...]]] = {
    "contract": (
        "This lease is made between Marlow Estates, the landlord, and Ms Odell, the tenant. The tenant shall pay the rent in advance. Either party may terminate it with two months' notice.",
        "The parties agree as follows. The licensor grants a non-exclusive licence of the software. Liability is limited to the fees paid in the last year. Disputes go to the courts of Dublin.",
        "CONTRATO DE ARRENDAMIENTO. De una parte, el arrendador; de otra, la arrendataria. Ambas partes acuerdan las siguientes cláusulas. El incumplimiento dará derecho a la resolución.",
        "Entre la sociedad Talleres Roca, S.L. y el prestador se conviene el presente acuerdo de servicios. La duración será de un año prorrogable. Las partes se someten a los tribunales de Vigo.",
        "Confidentiality agreement. The receiving party shall not disclose any information of the disclosing party. This obligation survives termination for five years.",
    ),
    "invoice": (
        "Bill no. 2041, date 4 May. 3 office chairs at 120.00, delivery 15.00. Subtotal 375.00, VAT 20 %, total 450.00. Please pay to the account below within 14 days.",
        "Tax invoice. Customer: Harbour Cafe. Coffee beans 20 kg, 310.00 EUR. Filters, 12.00 EUR. Amount due: 389.62 EUR. Payment by bank transfer.",
        "FACTURA N.º 88. Cliente: Bar Lino. Base imponible 200,00 €. IVA 21 % 42,00 €. Total a pagar 242,00 €. Forma de pago: transferencia.",
        "Factura de electricidad. Periodo de consumo: marzo. Potencia contratada 4,6 kW. Importe 61,30 €. Se cargará en su cuenta el día 5.",
        "Pro forma: 40 hours of consulting at 90.00 = 3,600.00. Tax 756.00. Total due 4,356.00. Reference 2026-17.",
    ),
    "report": (
        "In the second quarter sales rose by six percent to 4.2 million. The northern region grew most. Costs of freight were above plan. We conclude that prices should be reviewed in autumn.",
        "Annual results of the clinic. The number of patients went up by nine percent, waiting times fell to eleven days. The figures of each department follow. Conclusions are at the end.",
        "Informe de ventas del primer semestre. La facturación creció un 6 % respecto al año anterior. El margen bajó dos puntos. Se concluye que conviene revisar las tarifas.",
        "Memoria de actividades. Durante el ejercicio se atendieron 1.200 consultas, un 9 % más. El gráfico 2 muestra la evolución por meses. En conclusión, los objetivos se cumplieron.",
        "Progress of the project up to March: 14 of 20 milestones are reached, the budget is used to 63 %. Risks and the outlook for the next quarter are described below.",
    ),
    "letter": (
        "Dear Mrs Whitlock, thank you for your message of last week. I would be glad to meet you on Thursday. With kind regards, Peter Lowe",
        "Hi Tom, just a quick note to say that I won't be in on Friday. Could you take my call with Anna? Cheers, Joe",
        "Estimada señora Vidal: Le escribo para agradecerle su visita. Quedo a su disposición para cualquier duda. Reciba un cordial saludo, Jorge Peña",
        "Hola Marta: ¿cómo estás? Te escribo para contarte que llegamos bien. Un abrazo, Luis",
        "Dear Sir or Madam, I am writing to complain about the noise in our street. I look forward to your reply. Yours faithfully, E. Hart",
    ),
    "policy": (
        "Rules on working from home. Employees may work from home up to three days a week with the approval of their manager. Company laptops must be locked when unattended. Breaches may lead to disciplinary action.",
        "Travel expenses procedure. Staff must book economy class. Receipts have to be handed in within ten days. Managers approve all claims.",
        "Normas internas de uso del correo. El personal no debe enviar datos de clientes fuera de la empresa. El incumplimiento de esta política puede dar lugar a sanciones.",
        "Procedimiento de vacaciones. Los empleados deben solicitar sus días con un mes de antelación. El responsable aprobará o denegará la solicitud conforme a esta norma.",
        "Code of conduct. All members of staff must treat each other with respect. Gifts above 50 EUR must be reported. This policy applies to everyone in the company.",
    ),
    "resume": (
        "Laura Finch. Software engineer with eight years of experience. 2019 to now: lead developer at Brightpath. 2015 to 2019: developer at Nolan. Education: BSc Computer Science, Leeds. Skills: Java, SQL, German.",
        "Personal profile: motivated chef with ten years in hotels. Work history: sous-chef, Grand Hotel. Qualifications: diploma in cookery. Languages: English, French. References on request.",
        "Datos personales: Elena Soto. Formación: grado en Derecho, Universidad de Sevilla. Experiencia laboral: abogada en Soto y Ruiz desde 2018. Idiomas: inglés y francés. Aptitudes: trabajo en equipo.",
        "Perfil profesional: contable con doce años de experiencia. Empleos anteriores: Cooperativa La Vega, jefe de contabilidad. Estudios: máster en auditoría. Conocimientos: Excel, SAP.",
        "Curriculum of Ben Adeyemi. Nurse, registered since 2012. Employment: City Hospital, ward 4; St. Anne's clinic. Training in intensive care. Interests: rowing.",
    ),
    "article": (
        "LISBON - A fire destroyed a warehouse in the port on Tuesday night. Nobody was hurt, the mayor told reporters. Neighbours said they heard an explosion shortly after ten.",
        "Scientists have discovered a new species of frog in the forests of Ecuador. The animal, no bigger than a coin, was found by accident during a night walk, the journal writes.",
        "El equipo local ganó anoche por dos a uno ante más de veinte mil espectadores. El gol decisivo llegó en el último minuto. El entrenador declaró que la victoria era merecida.",
        "Un tribunal condenó ayer al exalcalde a tres años de cárcel. La sentencia, a la que ha tenido acceso este periódico, considera probado el desvío de fondos. Vecinos celebraron la noticia.",
        "Thousands marched through the capital on Saturday to protest against higher fares. Police said the demonstration was peaceful. The minister declined to comment.",
    ),
    "manual": (
        "Before first use, wash all parts in warm water. Place the jug on the base and turn it until it clicks. Press the button for two seconds to start. Do not immerse the motor in water.",
        "How to replace the cartridge: open the front cover, pull the old cartridge out, insert the new one and close the cover. If the red lamp blinks, see troubleshooting.",
        "Instrucciones de montaje. Coloque la pieza A sobre la base. Apriete los cuatro tornillos con la llave incluida. No utilice el aparato con las manos mojadas.",
        "Guía del usuario. Para encender el dispositivo, mantenga pulsado el botón tres segundos. Conecte el cable al puerto USB. Si no responde, reinícielo.",
        "Installation guide. Run the setup program as administrator. Choose a folder and click Next. To configure the network, open Settings and enter the address of the server.",
    ),
}

# Classes that somebody else names: text, its class, all classes.
OWN_LABELS: Final[tuple[tuple[str, str, tuple[str, ...]], ...]] = (
    ("I cannot log in since the update.", "technical problem", ("technical problem", "billing question", "praise")),
    ("Why was my card charged twice?", "billing question", ("technical problem", "billing question", "praise")),
    ("You have the friendliest staff in town.", "praise", ("technical problem", "billing question", "praise")),
    ("No puedo entrar desde la actualización.", "problema técnico", ("problema técnico", "facturación", "elogio")),
    ("¿Por qué me han cobrado dos veces?", "facturación", ("problema técnico", "facturación", "elogio")),
    ("The striker scored twice in the final.", "sports", ("sports", "politics", "cooking")),
    ("Parliament votes on the new tax tomorrow.", "politics", ("sports", "politics", "cooking")),
    ("Simmer the sauce for ten minutes and add basil.", "cooking", ("sports", "politics", "cooking")),
    ("El delantero marcó dos goles en la final.", "deportes", ("deportes", "política", "cocina")),
    ("Deje cocer la salsa diez minutos y añada albahaca.", "cocina", ("deportes", "política", "cocina")),
)
