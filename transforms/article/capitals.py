"""Capitals, and the constituent countries of the United Kingdom: places that lie in one country and no other.

A capital whose name a place as well known abroad bears (Georgetown, Hamilton, San José, Victoria, …), or that is
disputed, is left out: nothing is guessed.
"""

from typing import Final

#: One country a line: ISO 3166-1 alpha-2, then the names of its capital in English and, where they differ, in French.
_TABLE: Final = """
AD Andorra la Vella|AE Abu Dhabi; Abou Dhabi|AF Kabul; Kaboul|AL Tirana|AM Yerevan; Erevan|AO Luanda|AR Buenos Aires
AT Vienna; Vienne|AU Canberra|AZ Baku; Bakou|BA Sarajevo|BB Bridgetown|BD Dhaka; Dacca|BE Brussels; Bruxelles
BF Ouagadougou|BG Sofia|BH Manama|BI Bujumbura; Gitega|BJ Porto-Novo|BN Bandar Seri Begawan|BO La Paz; Sucre
BR Brasília; Brasilia|BS Nassau|BT Thimphu|BW Gaborone|BY Minsk|BZ Belmopan|CA Ottawa|CD Kinshasa|CF Bangui
CG Brazzaville|CH Bern; Berne|CI Yamoussoukro; Abidjan|CL Santiago|CM Yaoundé; Yaounde|CN Beijing; Peking; Pékin
CO Bogotá; Bogota|CU Havana; La Havane|CV Praia|CY Nicosia; Nicosie|CZ Prague|DE Berlin|DJ Djibouti
DK Copenhagen; Copenhague|DO Santo Domingo; Saint-Domingue
DZ Algiers; Alger|EC Quito|EE Tallinn|EG Cairo; Le Caire|ER Asmara|ES Madrid
ET Addis Ababa; Addis-Abeba|FI Helsinki|FJ Suva|FR Paris|GA Libreville|GB London; Londres|GE Tbilisi; Tbilissi
GH Accra|GM Banjul|GN Conakry|GQ Malabo|GR Athens; Athènes|GT Guatemala City|GW Bissau|HN Tegucigalpa|HR Zagreb
HT Port-au-Prince|HU Budapest|ID Jakarta; Djakarta|IE Dublin|IN New Delhi; Delhi|IQ Baghdad; Bagdad|IR Tehran; Téhéran
IS Reykjavik; Reykjavík|IT Rome|JM Kingston|JO Amman|JP Tokyo|KE Nairobi|KG Bishkek; Bichkek|KH Phnom Penh|KM Moroni
KP Pyongyang|KR Seoul; Séoul|KW Kuwait City|KZ Astana|LA Vientiane|LB Beirut; Beyrouth|LC Castries|LI Vaduz
LK Colombo|LR Monrovia|LS Maseru|LT Vilnius|LV Riga|LY Tripoli|MA Rabat|MD Chisinau; Chișinău|ME Podgorica
MG Antananarivo|MK Skopje|ML Bamako|MM Naypyidaw; Nay Pyi Taw; Yangon|MN Ulaanbaatar; Ulan Bator; Oulan-Bator
MR Nouakchott|MT Valletta; La Valette|MU Port Louis|MV Malé|MW Lilongwe|MX Mexico City; Mexico|MY Kuala Lumpur|MZ Maputo
NA Windhoek|NE Niamey|NG Abuja|NI Managua|NL Amsterdam; The Hague; La Haye|NO Oslo|NP Kathmandu; Katmandou|NZ Wellington
OM Muscat; Mascate|PA Panama City|PE Lima|PG Port Moresby|PH Manila; Manille|PK Islamabad|PL Warsaw; Varsovie
PT Lisbon; Lisbonne|PY Asunción; Asuncion|QA Doha|RO Bucharest; Bucarest|RS Belgrade|RU Moscow; Moscou|RW Kigali
SA Riyadh; Riyad|SD Khartoum|SE Stockholm|SI Ljubljana|SK Bratislava|SL Freetown|SN Dakar|SO Mogadishu; Mogadiscio
SR Paramaribo|SS Juba; Djouba|SV San Salvador|SY Damascus; Damas|SZ Mbabane|TD N'Djamena; N’Djamena|TG Lomé; Lome
TH Bangkok|TJ Dushanbe; Douchanbé|TL Dili|TM Ashgabat; Achgabat|TN Tunis|TO Nuku'alofa|TR Ankara|TT Port of Spain
TW Taipei|TZ Dodoma; Dar es Salaam|UA Kyiv; Kiev|UG Kampala
US Washington; Washington, D.C.; Washington DC; Washington D.C.
UY Montevideo|UZ Tashkent; Tachkent|VE Caracas|VN Hanoi; Hanoï|VU Port Vila|WS Apia|XK Pristina|YE Sanaa; Sana'a
ZA Pretoria; Cape Town|ZM Lusaka|ZW Harare|GB England; Scotland; Wales; Northern Ireland; Angleterre; Écosse
"""

#: ISO 3166-1 alpha-2 of the country that a place lies in.
CAPITALS: Final[dict[str, str]] = {
    name: row[:2] for row in _TABLE.strip().replace("\n", "|").split("|") for name in row[3:].split("; ")
}
