/* Nothing: linked with the libraries that mockcloud can't start without, it shows what those cost.
 */
int main(void)
{
    return 0;
}
