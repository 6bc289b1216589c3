"""English words whose other forms no stemmer joins: who looks for *tell* finds what somebody told.

Left out are forms that are words of their own as often (left, saw, found, ground, lay, bore, bit, rose).
"""

_FORMS = """
ate eaten eat | beaten beat | became become | began begun begin | broke broken break | brought bring
built build | burnt burn | bought buy | caught catch | chose chosen choose | came come | dealt deal
drank drunk drink | drew drawn draw | drove driven drive | dreamt dream | fed feed | fought fight
fell fallen fall | felt feel | flew flown fly | forbade forbidden forbid | forgot forgotten forget
forgave forgiven forgive | froze frozen freeze | gave given give | went gone go | grew grown grow
heard hear | held hold | hid hidden hide | hung hang | kept keep | knelt kneel | knew known know
leant lean | learnt learn | led lead | lent lend | lost lose | made make | met meet | mistook mistaken mistake
overcame overcome | overheard overhear | paid pay | ran run | rang rung ring | rode ridden ride
sang sung sing | sank sunk sink | sat sit | sent send | shook shaken shake | showed shown show
shrank shrunk shrink | slept sleep | smelt smell | sold sell | spelt spell | spent spend | spoke spoken speak
stole stolen steal | stood stand | stuck stick | struck stricken strike | swam swum swim | swore sworn swear
swept sweep | taught teach | thought think | threw thrown throw | told tell | took taken take | tore torn tear
understood understand | withdrew withdrawn withdraw | woke woken wake | wept weep | won win | wore worn wear
wrote written write | children child | men man | women woman | wives wife
feet foot | teeth tooth | mice mouse
"""

IRREGULAR = {
    form: forms[-1]
    for line in _FORMS.strip().splitlines()
    for forms in (part.split() for part in line.split("|"))
    for form in forms[:-1]
}
